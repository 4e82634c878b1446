//! What senders call things: our own names, and the names that everybody has for the same.

use crate::attribution::plain;
use crate::text;

/// A field of our own format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    Name,
    Email,
    Phone,
    PostalCode,
    FormData,
    ExternalId,
    UtmSource,
    UtmMedium,
    UtmCampaign,
    ReferrerUrl,
    Consent,
    IsTest,
}

/// What of a person is called by many names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Common {
    Email,
    Phone,
    Name,
    FirstName,
    LastName,
    PostalCode,
}

/// The field that has exactly this name.
pub fn own(name: &str) -> Option<Own> {
    Some(match name {
        "contact_name" => Own::Name,
        "contact_email" => Own::Email,
        "contact_phone" => Own::Phone,
        "postal_code" => Own::PostalCode,
        "form_data" => Own::FormData,
        "external_id" => Own::ExternalId,
        "utm_source" => Own::UtmSource,
        "utm_medium" => Own::UtmMedium,
        "utm_campaign" => Own::UtmCampaign,
        "referrer_url" => Own::ReferrerUrl,
        "consent" => Own::Consent,
        "is_test" => Own::IsTest,
        _ => return None,
    })
}

/// The same in other spellings (`externalId`, `Is-Test`): of those that [`common`] does not know.
pub fn nearly_own(name: &str) -> Option<Own> {
    Some(match plain(name).as_str() {
        "formdata" => Own::FormData,
        "externalid" => Own::ExternalId,
        "consent" => Own::Consent,
        "istest" => Own::IsTest,
        _ => return None,
    })
}

/// The better known before the others.
const EMAIL: &[&str] = &[
    "contactemail",
    "email",
    "emailaddress",
    "mail",
    "youremail",
    "useremail",
    "customeremail",
    "clientemail",
    "leademail",
    "primaryemail",
    "personalemail",
    "homeemail",
    "workemail",
    "businessemail",
    "emailid",
    "email1",
    "emails",
    "mailaddress",
    "emailadresse",
    "mailadresse",
    "correo",
    "correoelectronico",
    "courriel",
    "adresseemail",
    "adressemail",
    "epost",
    "indirizzoemail",
];
const PHONE: &[&str] = &[
    "contactphone",
    "phone",
    "tel",
    "telephone",
    "phonenumber",
    "mobile",
    "mobilephone",
    "mobilenumber",
    "cell",
    "cellphone",
    "cellnumber",
    "yourphone",
    "yourtel",
    "yourtelephone",
    "userphone",
    "customerphone",
    "clientphone",
    "leadphone",
    "contactnumber",
    "contacttelephone",
    "telephonenumber",
    "telnumber",
    "primaryphone",
    "homephone",
    "dayphone",
    "daytimephone",
    "eveningphone",
    "workphone",
    "businessphone",
    "phone1",
    "phones",
    "phonenumbers",
    "phoneno",
    "mobileno",
    "telno",
    "telnr",
    "whatsapp",
    "whatsappnumber",
    "telefon",
    "telefonnummer",
    "telefonnr",
    "rufnummer",
    "handy",
    "handynummer",
    "mobil",
    "mobilnummer",
    "telefono",
    "telefone",
    "celular",
    "movil",
    "cellulare",
    "numerodetelephone",
    "telefoonnummer",
];
const NAME: &[&str] = &[
    "contactname",
    "name",
    "fullname",
    "yourname",
    "customername",
    "clientname",
    "leadname",
    "personname",
    "displayname",
    "nombre",
    "nombrecompleto",
    "nomcomplet",
    "volledigenaam",
];
const FIRST_NAME: &[&str] = &[
    "firstname",
    "fname",
    "givenname",
    "forename",
    "yourfirstname",
    "contactfirstname",
    "customerfirstname",
    "vorname",
    "prenom",
    "primernombre",
    "voornaam",
];
const LAST_NAME: &[&str] = &[
    "lastname",
    "lname",
    "surname",
    "familyname",
    "yourlastname",
    "contactlastname",
    "customerlastname",
    "nachname",
    "familienname",
    "apellido",
    "apellidos",
    "nomdefamille",
    "cognome",
    "achternaam",
];
const POSTAL_CODE: &[&str] = &[
    "postalcode",
    "zip",
    "zipcode",
    "postcode",
    "postal",
    "zippostalcode",
    "zippostal",
    "ziporpostalcode",
    "yourzip",
    "contactzip",
    "customerzip",
    "propertyzip",
    "postleitzahl",
    "plz",
    "pincode",
    "codepostal",
    "codigopostal",
    "zip5",
    "postnummer",
    "postnr",
    "kodpocztowy",
];
/// Whose address or number is not that of whoever asks.
const SOMEBODY_ELSE: &[&str] = &[
    "agent",
    "agency",
    "broker",
    "business",
    "company",
    "dealer",
    "friend",
    "landlord",
    "office",
    "partner",
    "provider",
    "recipient",
    "referral",
    "referred",
    "rep",
    "seller",
    "site",
    "spouse",
    "support",
    "vendor",
];
/// What stands before a name in forms, and behind it, and says no more.
const BEFORE: &[&str] =
    &["your", "my", "contact", "customer", "client", "lead", "applicant", "homeowner", "primary", "main"];
const BEHIND: &[&str] = &["required", "optional", "field", "input", "1"];

/// What of a person has this name, whatever its case, blanks and punctuation; and how well it is known, 0 best.
pub fn common(name: &str) -> Option<(Common, usize)> {
    // Longer than any of the names, brackets and blanks included: most keys that are questions.
    if name.len() > 40 {
        return None;
    }
    let inner = name.trim_end_matches(']');
    let last = inner.rsplit(['[', '.']).find(|part| !part.is_empty()).unwrap_or(inner);
    // Without the marks on letters, which some keyboards leave out.
    let plain = text::plain(&plain(last));
    let less = || {
        let begun = BEFORE.iter().find_map(|word| plain.strip_prefix(word)).unwrap_or(&plain);
        let ended = BEHIND.iter().find_map(|word| begun.strip_suffix(word)).unwrap_or(begun);
        known(ended).filter(|_| ended.len() < plain.len()).map(|(common, rank)| (common, rank + LESS_KNOWN))
    };
    known(&plain).or_else(less)
}

/// What of a person a question asks for by its words, as builders of forms make a field's name of it: `What is your best e-mail?`
pub fn asked(question: &str) -> Option<Common> {
    let plain = text::plain(question);
    let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    if has(SOMEBODY_ELSE) {
        return None;
    }
    let joined = words.concat();
    if joined.contains("email") || has(&["mail", "correo", "courriel"]) {
        return Some(Common::Email);
    }
    let is_phone =
        joined.contains("phone") || has(&["tel", "mobile", "cell", "whatsapp", "telefon", "telefono", "handy"]);
    is_phone.then_some(Common::Phone)
}

/// Which part of a name a question asks for by its words: `Hi! What is your first name?`
pub fn asked_name(question: &str) -> Option<Common> {
    let exact = common(question).map(|(of, _)| of);
    if let Some(of @ (Common::Name | Common::FirstName | Common::LastName)) = exact {
        return Some(of);
    }
    let plain = text::plain(question);
    let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    if !has(&["name", "names", "firstname", "lastname", "fullname"]) || has(SOMEBODY_ELSE) || has(NOT_A_PERSONS) {
        return None;
    }
    Some(match (has(&["first", "firstname", "given"]), has(&["last", "lastname", "family", "surname"])) {
        (true, false) => Common::FirstName,
        (false, true) => Common::LastName,
        _ => Common::Name,
    })
}

/// What has a name and is nobody.
const NOT_A_PERSONS: &[&str] =
    &["brand", "city", "domain", "organisation", "organization", "product", "street", "user"];

/// Of our lists none is as long.
const LESS_KNOWN: usize = 100;

fn known(plain: &str) -> Option<(Common, usize)> {
    let lists = [
        (Common::Email, EMAIL),
        (Common::Phone, PHONE),
        (Common::Name, NAME),
        (Common::FirstName, FIRST_NAME),
        (Common::LastName, LAST_NAME),
        (Common::PostalCode, POSTAL_CODE),
    ];
    lists.into_iter().find_map(|(common, names)| Some((common, names.iter().position(|name| *name == plain)?)))
}

#[cfg(test)]
mod tests {
    use super::{Common, asked, asked_name, common, own};

    #[test]
    fn a_question_asks_for_a_name() {
        for (question, of) in [
            ("Hi! What is your name?", Some(Common::Name)),
            ("your_full_name", Some(Common::Name)),
            ("What's your *first name*?", Some(Common::FirstName)),
            ("And your last name?", Some(Common::LastName)),
            ("First and last name", Some(Common::Name)),
            ("Name of your company", None),
            ("Street name", None),
            ("Please rename the roof", None),
            ("How old is the roof?", None),
        ] {
            assert_eq!(asked_name(question), of, "{question}");
        }
    }

    #[test]
    fn a_question_asks_for_an_address_or_a_number() {
        for (question, of) in [
            ("What is your best e-mail?", Some(Common::Email)),
            ("best_email_to_reach_you", Some(Common::Email)),
            ("E-Mail oder Telefon", Some(Common::Email)),
            ("Which phone number can we call?", Some(Common::Phone)),
            ("¿Cuál es su teléfono?", Some(Common::Phone)),
            ("Email of the agent", None),
            ("vendor.contact_email", None),
            ("Is it a mobile home?", Some(Common::Phone)),
            ("How old is the roof?", None),
            ("", None),
        ] {
            assert_eq!(asked(question), of, "{question}");
        }
    }

    #[test]
    fn one_thing_has_many_names() {
        for (names, expected) in [
            (
                &["email", "E-Mail", "e_mail", "mail", "Email Address", "lead[email]", "contact.email", "your-email"][..],
                Common::Email,
            ),
            (
                &[
                    "Email *",
                    "Email (required)",
                    "your_email_address",
                    "contact_email_address",
                    "E-Mail-Adresse",
                    "Courriel :",
                ],
                Common::Email,
            ),
            (&["Correo electrónico", "CORREO ELECTRONICO", "customer.emails", "lead_email_1"], Common::Email),
            (&["phone", "Tel", "phone_number", "PhoneNumber", "Mobile Phone", "lead[phone]"], Common::Phone),
            (
                &["Téléphone", "telephone", "Teléfono", "Your Mobile Number", "Phone #", "Tel-Nr.", "phone[]"],
                Common::Phone,
            ),
            (&["name", "Full Name", "fullName", "contactName", "Your full name", "Nombre"], Common::Name),
            (&["first_name", "firstName", "First-Name", "fname", "Prénom", "customer_first_name"], Common::FirstName),
            (&["last_name", "Surname", "Nachname", "lead[last_name]", "Apellidos"], Common::LastName),
            (
                &["zip", "ZIP Code", "postcode", "postalCode", "Postal", "your_zip_code", "Código postal"],
                Common::PostalCode,
            ),
        ] {
            for name in names {
                assert_eq!(common(name).map(|(common, _)| common), Some(expected), "{name}");
            }
        }
        for name in
            ["", "[]", "company", "email me", "city", "names", "username", "company name", "your", &"x".repeat(100)]
        {
            assert_eq!(common(name).map(|(common, _)| common), None, "{name}");
        }
        assert!(own("contact_email").is_some() && own("Contact_email").is_none());
    }
}
