//! What the posting page of a source says, by its format.

use super::super::formats::Mapping;
use super::super::{Answer, Format, Source};
use super::snippets::{self, Example};

/// The fields of the form to try it: name, label, how a browser completes it.
pub const TRIED: [(&str, &str, &str); 5] = [
    ("contact_name", "Name", "name"),
    ("contact_email", "E-mail address", "email"),
    ("contact_phone", "Phone number", "tel"),
    ("postal_code", "Postal code", "postal-code"),
    ("question", "Any other answer", "off"),
];

/// What is said of a source.
#[derive(Debug)]
pub struct Guide {
    /// What sends its leads, in a few words.
    pub sender: &'static str,
    /// Where to paste what, in the platform's own screens.
    pub steps: Vec<Step>,
    pub fields: Vec<Field>,
    pub examples: Vec<Example>,
    /// What a lead is answered.
    pub answer: String,
    pub refusal: &'static str,
    pub status: u16,
    /// How to send one that is sold to nobody.
    pub test: &'static str,
}

/// One thing to do in the platform's screens, and what to paste there.
#[derive(Debug)]
pub struct Step {
    pub what: &'static str,
    pub paste: Option<String>,
}

/// One field of a lead.
#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub about: String,
}

const OWN: [(&str, &str); 9] = [
    ("contact_name", "The person’s name; first_name and last_name do too."),
    ("contact_email", "The e-mail address. This or the phone number has to be there."),
    ("contact_phone", "The phone number, as the person wrote it."),
    ("postal_code", "Where the work is to be done. Without it fewer providers can take the lead."),
    ("form_data", "All other answers: an object in JSON; in a form every field that is not named here."),
    ("external_id", "Your own id of the lead. The same id again is the same lead, and is not sold twice."),
    ("utm_source, utm_medium, utm_campaign, referrer_url", "Where the person came from."),
    ("consent", "What the person agreed to: text, url, ip, at, trustedform_cert_url, jornaya_leadid."),
    ("is_test", "true: a test, which is kept and sold to nobody."),
];

const REFUSAL: &str = r##"{
  "type": "about:blank",
  "title": "Unprocessable Content",
  "status": 422,
  "detail": "an e-mail address or a phone number is required",
  "code": "invalid_field",
  "request_id": "0199…",
  "errors": [
    {"pointer": "#/contact_email", "code": "required",
     "detail": "an e-mail address or a phone number is required"}
  ]
}"##;

impl Guide {
    pub fn of(source: &Source, url: &str) -> Self {
        match source.format {
            Format::Json => own(source, url),
            Format::GoogleAds => google(source, url),
            Format::Meta => meta(source, url),
            Format::Typeform => typeform(source, url),
            Format::Adf => adf(url),
            Format::Mapping => mapped(source, url),
        }
    }
}

fn platform(sender: &'static str, steps: Vec<Step>, test: &'static str) -> Guide {
    let answer = "{}".to_owned();
    Guide { sender, steps, fields: Vec::new(), examples: Vec::new(), answer, refusal: REFUSAL, status: 200, test }
}

fn step(what: &'static str) -> Step {
    Step { what, paste: None }
}

fn paste(what: &'static str, text: impl Into<String>) -> Step {
    Step { what, paste: Some(text.into()) }
}

/// What the niche asks, as the sender has to know it: what is internal too, since it is the sender who says it.
fn asked_for(asked: &crate::fields::Field, strict: bool) -> Field {
    let mut about = format!("{}: {}", asked.label, asked.kind.as_str());
    if let Some(choices) = &asked.choices {
        about = format!("{about}, one of: {}", choices.join(", "));
    }
    if asked.required {
        about.push_str(", required");
    }
    about.push_str(if strict { ". A lead that breaks this is refused." } else { "." });
    Field { name: format!("form_data.{}", asked.name), about }
}

fn own(source: &Source, url: &str) -> Guide {
    let answer = receipt(source);
    let field = |(name, about): &(&str, &str)| Field { name: (*name).to_owned(), about: (*about).to_owned() };
    let mut fields: Vec<Field> = OWN.iter().map(field).collect();
    let behind = fields.iter().position(|field| field.name == "form_data").map_or(fields.len(), |at| at + 1);
    fields.splice(behind..behind, source.fields.each().iter().map(|asked| asked_for(asked, source.strict)));
    Guide {
        sender: "Your own site or program posts JSON, or a form.",
        steps: Vec::new(),
        fields,
        examples: snippets::all(source, url),
        answer,
        refusal: REFUSAL,
        status: 201,
        test: "Send is_test: true (in a form: is_test=1). The examples do: take it out when all works. To see how a lead \
               would be read and whether it would be sold, without storing anything, post it to the same address with \
               /preview behind it.",
    }
}

/// What a lead is answered.
fn receipt(source: &Source) -> String {
    let told = match source.answer {
        Answer::Plain => "",
        Answer::Outcome => ",\n  \"price\": 25.0,\n  \"reason\": null",
    };
    format!(
        "{{\n  \"ok\": true,\n  \"lead_id\": \"0199…\",\n  \"status\": \"assigned\",\n  \"assignments\": 1{told}\n}}"
    )
}

/// Where each of our fields is read, as the operator's mapping says.
fn mapped(source: &Source, url: &str) -> Guide {
    let mut steps = vec![paste("Post JSON or a form to this address, or call it with a query:", url)];
    if let Some(secret) = &source.secret {
        steps.push(paste("Sign each post with this secret, as agreed with the operator:", secret));
    }
    let test = "Ask the operator which value makes a lead a test. To see how a lead would be read, without storing anything, post it to the same address with /preview behind it.";
    let mut guide = platform("A program posts JSON or a form of its own.", steps, test);
    let mapping = source.mapping.as_ref().and_then(|kept| Mapping::kept(kept).ok()).unwrap_or_default();
    let field = |(name, about): (String, &str)| Field { name, about: format!("Read as {about}.") };
    guide.fields = mapping.read_from().into_iter().map(field).collect();
    Guide { answer: receipt(source), status: 201, ..guide }
}

fn google(source: &Source, url: &str) -> Guide {
    let key = source.secret.clone().unwrap_or_default();
    let steps = vec![
        step(
            "In Google Ads open the lead form asset, and in it “Export leads from Google Ads”, “Other data integration options”.",
        ),
        paste("Webhook URL:", url),
        paste("Key:", key),
        step("Press “Send test data”: Google says that it was sent, and the test lead is on record here."),
    ];
    platform(
        "Google Ads sends the leads of a lead form by its webhook.",
        steps,
        "“Send test data” in Google Ads: such a lead is kept and sold to nobody.",
    )
}

fn meta(source: &Source, url: &str) -> Guide {
    let steps = vec![
        step(
            "In your app at developers.facebook.com open Webhooks, choose “Page”, and press “Subscribe to this object”.",
        ),
        paste("Callback URL:", url),
        paste("Verify token:", source.key.clone()),
        step("Subscribe to the field leadgen, and add the app to the page (subscribed_apps)."),
        step(
            "Tell the operator the app’s secret (App settings, Basic), by which posts are signed, and a page access token with leads_retrieval, by which leads are fetched.",
        ),
    ];
    platform(
        "Meta tells of a new lead of Facebook or Instagram by its webhook.",
        steps,
        "Meta’s Lead Ads Testing Tool sends a test lead, which is kept and sold to nobody.",
    )
}

fn typeform(source: &Source, url: &str) -> Guide {
    let steps = vec![
        step("In Typeform open the form, “Connect”, “Webhooks”, and press “Add a webhook”."),
        paste("Endpoint:", url),
        step("Save it, press “Edit” beside it, and enter the secret."),
        paste("Secret:", source.secret.clone().unwrap_or_default()),
        step("Switch the webhook on."),
    ];
    platform(
        "Typeform sends each response by its webhook.",
        steps,
        "Typeform’s “Send test request” sends what looks like a response of nobody; it may be refused, since it reaches no person.",
    )
}

fn adf(url: &str) -> Guide {
    let mut guide =
        platform("A program posts ADF 1.0, which is XML.", Vec::new(), "Ask the operator: ADF has no test leads.");
    let code =
        format!("curl -X POST '{url}' \\\n  -H 'Content-Type: application/x-adf+xml' \\\n  --data-binary @lead.xml");
    guide.examples = vec![Example { title: "curl", about: "lead.xml is one ADF document.".to_owned(), code }];
    guide
}
