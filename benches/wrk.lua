-- What wrk sends. Arguments: MODE FILE THREADS [SALT: tells several that run at once apart]
--   get     GET  the path of each line, round and round
--   page    the same, the token being a cookie
--   accept  POST the path of each line, once, and then the thread ends
--   intake  POST new people to the path of the first line, each person once
-- A line is: PATH TOKEN
local threads = {}

function setup(thread)
  thread:set("part", #threads)
  table.insert(threads, thread)
end

function init(args)
  mode = args[1]
  local parts = tonumber(args[3])
  lines, at, person = {}, 0, 0
  local n = 0
  for line in io.lines(args[2]) do
    if mode ~= "accept" or n % parts == part then
      local path, token = line:match("^(%S+) (%S+)$")
      lines[#lines + 1] = { path = path, token = token }
    end
    n = n + 1
  end
  -- Requests that do not change are formatted once, so that the load generator takes little of the machine.
  for _, line in ipairs(lines) do
    if mode == "page" then line.headers = { ["Cookie"] = line.token } else line.headers = { ["Authorization"] = "Bearer " .. line.token } end
    if mode == "get" or mode == "page" then line.request = wrk.format("GET", line.path, line.headers) end
  end
  math.randomseed(os.time() + part + 100 * tonumber(args[4] or 0))
  run = string.format("%d%d", math.random(100, 999), part)
end

function request()
  if mode == "intake" then
    person = person + 1
    local body = string.format(
      '{"contact_name":"Person %s","contact_email":"p%s.%d@example.org","contact_phone":"+1%d%07d",' ..
      '"postal_code":"80202","utm_source":"bench","form_data":{"project":"New roof","floors":2}}',
      run, run, person, 303 + part, 2000000 + (tonumber(run) * 7919 + person) % 7999999)
    return wrk.format("POST", lines[1].path, { ["Content-Type"] = "application/json" }, body)
  end
  at = at + 1
  if mode == "get" or mode == "page" then
    if at > #lines then at = 1 end
    return lines[at].request
  end
  local line = lines[at]
  if not line then
    wrk.thread:stop()
    line = lines[#lines]
  end
  return wrk.format("POST", line.path, line.headers)
end

function done(summary, latency, requests)
  io.write(string.format(
    '\nRESULT {"requests":%d,"seconds":%.6f,"p50":%.3f,"p95":%.3f,"p99":%.3f,"status":%d,"broken":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
