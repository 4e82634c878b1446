UPDATE house SET erased_through = {time 5};
