UPDATE house SET minor_digits = 2, files = 'file:///srv/leadhouse/files', moved_to = NULL;
