UPDATE mails SET job_id = {id 801} WHERE id = {id 901};
