UPDATE sources
   SET redirect_hosts = '["www.example.com"]', cors_origins = '["*"]', honeypot = 'website', answer = 'outcome', strict = 1 = 1,
       previous_key = 'an older key', previous_key_until = {time 9}
 WHERE id = {id 301};
UPDATE niches SET fields = '[]', keep_days = 365 WHERE show_consent = (1 = 2);
