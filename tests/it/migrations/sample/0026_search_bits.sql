UPDATE lead_assignments SET search_bits_1 = 0, search_bits_2 = 7;
