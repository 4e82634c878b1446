//! Code to copy: the same lead by several means.

use super::super::Source;
use crate::intake::formats::{OPENED, REDIRECT};

/// A piece of code to copy.
#[derive(Debug)]
pub struct Example {
    pub title: &'static str,
    pub about: String,
    pub code: String,
}

/// Of our own format.
pub fn all(source: &Source, url: &str) -> Vec<Example> {
    let example = |title, about: &str, code| Example { title, about: about.to_owned(), code };
    vec![
        example("curl", "", curl(url)),
        example("PHP", "With its curl extension.", php(url)),
        Example { title: "HTML form", about: about_form(source), code: html(source, url) },
        Example { title: "JavaScript in a page", about: about_script(source), code: script(url) },
        example("JavaScript on a server", "Node.js 18 or newer.", fetch(url)),
    ]
}

fn curl(url: &str) -> String {
    format!(
        "curl -X POST '{url}' \\
  -H 'Content-Type: application/json' \\
  -H 'Idempotency-Key: your-own-id-of-this-request' \\
  -d '{{
    \"contact_name\": \"Ann Lee\",
    \"contact_email\": \"ann@example.com\",
    \"contact_phone\": \"303-555-0101\",
    \"postal_code\": \"80211\",
    \"form_data\": {{\"project\": \"New roof\"}},
    \"is_test\": true
  }}'"
    )
}

fn php(url: &str) -> String {
    format!(
        "<?php
$lead = [
    'contact_name' => $_POST['name'],
    'contact_email' => $_POST['email'],
    'contact_phone' => $_POST['phone'],
    'postal_code' => $_POST['zip'],
    'form_data' => ['project' => $_POST['project']],
    'is_test' => true,
];
$call = curl_init('{url}');
curl_setopt_array($call, [
    CURLOPT_POST => true,
    CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
    CURLOPT_POSTFIELDS => json_encode($lead),
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 15,
]);
$answer = json_decode(curl_exec($call), true);
$status = curl_getinfo($call, CURLINFO_RESPONSE_CODE); // 201: it is on record"
    )
}

fn html(source: &Source, url: &str) -> String {
    let redirect = source.redirect_hosts.each().first().map_or_else(String::new, |host| {
        format!("\n  <input type=\"hidden\" name=\"{REDIRECT}\" value=\"https://{host}/thank-you\">")
    });
    let honeypot = source.honeypot.as_deref().map_or_else(String::new, |name| {
        let name = name.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
        format!(
            "\n  <!-- Nobody sees this one; programs fill it. -->\n  <input name=\"{name}\" tabindex=\"-1\" \
             autocomplete=\"off\" aria-hidden=\"true\" style=\"position:absolute;left:-9999px\">"
        )
    });
    format!(
        "<form method=\"post\" action=\"{url}\">
  <label>Name <input name=\"contact_name\" autocomplete=\"name\"></label>
  <label>E-mail <input name=\"contact_email\" type=\"email\" autocomplete=\"email\" required></label>
  <label>Phone <input name=\"contact_phone\" type=\"tel\" autocomplete=\"tel\"></label>
  <label>ZIP code <input name=\"postal_code\" autocomplete=\"postal-code\"></label>
  <label>What is to be done? <input name=\"project\"></label>{honeypot}
  <!-- Filled within 2 seconds: that was no person. -->
  <input type=\"hidden\" name=\"{OPENED}\">
  <script>document.querySelector('[name={OPENED}]').value = Date.now()</script>{redirect}
  <input type=\"hidden\" name=\"is_test\" value=\"1\">
  <button>Send</button>
</form>"
    )
}

fn about_form(source: &Source) -> String {
    let hosts = source.redirect_hosts.each().join(", ");
    if hosts.is_empty() {
        return "Its visitor sees a page that says thank you. To send them to a page of your own, ask the operator to list \
                its host, and add a field redirect_url."
            .to_owned();
    }
    format!(
        "redirect_url is where its visitor goes afterwards, on {hosts}. If the lead was refused, lead=refused is added to \
         the address."
    )
}

fn about_script(source: &Source) -> String {
    let origins = source.cors_origins.each().join(", ");
    if origins.is_empty() {
        return "The operator has to list the origin of your page first (cors_origins), else your script cannot read the \
                answer."
            .to_owned();
    }
    format!("From pages of {origins}.")
}

fn script(url: &str) -> String {
    format!(
        "const form = document.querySelector('form');
form.addEventListener('submit', async (event) => {{
  event.preventDefault();
  const answer = await fetch('{url}', {{ method: 'POST', body: new FormData(form) }});
  const told = await answer.json();
  if (answer.ok) location.href = '/thank-you';
  else alert((told.errors ?? [told]).map((error) => error.detail).join('\\n'));
}});"
    )
}

fn fetch(url: &str) -> String {
    format!(
        "const answer = await fetch('{url}', {{
  method: 'POST',
  headers: {{ 'Content-Type': 'application/json' }},
  body: JSON.stringify({{
    contact_name: 'Ann Lee',
    contact_email: 'ann@example.com',
    postal_code: '80211',
    form_data: {{ project: 'New roof' }},
    is_test: true,
  }}),
}});
console.log(answer.status, await answer.json());"
    )
}
