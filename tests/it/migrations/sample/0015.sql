INSERT INTO users (id, email, email_key, role, provider_id, password_hash, created_at) VALUES
  ({id 113}, 'sam@example.com', 'sam@example.com', 'provider', {id 101}, NULL, {time 9});
