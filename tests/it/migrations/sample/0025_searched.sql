INSERT INTO return_windows (since, micros) VALUES ({time 20}, 172800000000);
