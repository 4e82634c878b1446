//! Mappings for common senders, to be copied into a source, each with a payload as that sender posts it. The people in them
//! are made up.

/// A mapping to start from.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// A word for it.
    pub name: &'static str,
    /// What people call the sender.
    pub label: &'static str,
    /// What to set up there, and what to change here.
    pub notes: &'static str,
    /// JSON.
    pub mapping: &'static str,
    pub content_type: &'static str,
    /// The body of a post.
    pub body: &'static str,
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=leadhouse-sample";

macro_rules! preset {
    ($name:literal, $label:literal, $content_type:expr, $notes:literal) => {
        Preset {
            name: $name,
            label: $label,
            notes: $notes,
            mapping: include_str!(concat!("presets/", $name, ".json")),
            content_type: $content_type,
            body: include_str!(concat!("presets/", $name, ".txt")),
        }
    };
}

static PRESETS: &[Preset] = &[
    preset!(
        "lead_prosper",
        "Lead Prosper",
        FORM,
        "As a buyer's delivery with the field names of a Lead Prosper campaign, as a form or as JSON. lp_action=test makes a test lead."
    ),
    preset!(
        "leadconduit",
        "LeadConduit",
        FORM,
        "A recipient of the kind Form POST or JSON POST, with the flow's standard fields. Add lead_id with the value {{lead.id}}, so that the same lead sent again is known."
    ),
    preset!(
        "zapier",
        "Zapier",
        JSON,
        "Webhooks by Zapier, action POST, payload type json, Data as you like; these are the names that most people choose."
    ),
    preset!(
        "hubspot",
        "HubSpot workflow",
        JSON,
        "Action Send a webhook, method POST: contact properties under their internal names, or all properties of the contact."
    ),
    preset!(
        "elementor",
        "Elementor",
        FORM,
        "Action After Submit: Webhook, with Advanced Data switched on. The fields' IDs are those of the form's fields: name, email, phone, zip."
    ),
    preset!(
        "gravity_forms",
        "Gravity Forms",
        JSON,
        "Webhooks Add-On, format JSON, body All Fields: answers stand under the numbers of the fields (a name's parts under 1.3 and 1.6). Put your form's numbers here."
    ),
    preset!(
        "wpforms",
        "WPForms",
        JSON,
        "Webhooks addon, format JSON: the keys are those that you enter under Request Body, the values the form's fields."
    ),
    preset!(
        "jotform",
        "Jotform",
        MULTIPART,
        "Settings, Integrations, WebHooks. The answers are JSON in the field rawRequest, under the unique names of the form's fields (q3_name): put yours here."
    ),
    preset!(
        "tally",
        "Tally",
        JSON,
        "Integrations, Webhooks, with a signing secret: enter it as the source's secret. Fields are found by their labels: put your form's labels here."
    ),
    preset!(
        "webflow",
        "Webflow",
        JSON,
        "A webhook for form_submission. The secret is that of the webhook, or of the app that made it; webhooks made in the site's settings without one are not signed: take signature out for these. Names in data are those of the form's fields."
    ),
    preset!(
        "unbounce",
        "Unbounce",
        FORM,
        "Integrations, Webhooks, POST to URL. The answers are JSON in the field data.json, each a list of one."
    ),
    preset!(
        "tiktok_zapier",
        "TikTok by Zapier",
        JSON,
        "Trigger New Lead of TikTok Lead Generation, then Webhooks by Zapier, POST, json, with these names in Data."
    ),
    preset!(
        "linkedin_zapier",
        "LinkedIn by Zapier",
        JSON,
        "Trigger New Lead Gen Form Response of LinkedIn Ads, then Webhooks by Zapier, POST, json, with these names in Data."
    ),
];

/// All of them, in their order.
pub fn presets() -> &'static [Preset] {
    PRESETS
}
