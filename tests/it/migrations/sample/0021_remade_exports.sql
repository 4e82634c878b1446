UPDATE exports SET data_until = ready_at WHERE state = 'ready';
