INSERT INTO return_windows (since, micros) VALUES ({time 1}, 1209600000000), ({time 9}, 86400000000);
