//! What senders call things: our own names, and the names that everybody has for the same.

use crate::attribution::plain;

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
    "mailaddress",
    "emailadresse",
    "correo",
    "correoelectronico",
    "courriel",
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
    "telefon",
    "telefonnummer",
    "telefono",
    "téléphone",
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
    "prénom",
];
const LAST_NAME: &[&str] =
    &["lastname", "lname", "surname", "familyname", "yourlastname", "contactlastname", "customerlastname", "nachname"];
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
];

/// What of a person has this name, whatever its case, blanks and punctuation; and how well it is known, 0 best.
pub fn common(name: &str) -> Option<(Common, usize)> {
    // Longer than any of the names, brackets and blanks included: most keys that are questions.
    if name.len() > 40 {
        return None;
    }
    let inner = name.trim_end_matches(']');
    let last = inner.rsplit(['[', '.']).find(|part| !part.is_empty()).unwrap_or(inner);
    let plain = plain(last);
    let lists = [
        (Common::Email, EMAIL),
        (Common::Phone, PHONE),
        (Common::Name, NAME),
        (Common::FirstName, FIRST_NAME),
        (Common::LastName, LAST_NAME),
        (Common::PostalCode, POSTAL_CODE),
    ];
    lists.into_iter().find_map(|(common, names)| Some((common, names.iter().position(|known| *known == plain)?)))
}

#[cfg(test)]
mod tests {
    use super::{Common, common, own};

    #[test]
    fn one_thing_has_many_names() {
        for (names, expected) in [
            (
                &["email", "E-Mail", "e_mail", "mail", "Email Address", "lead[email]", "contact.email", "your-email"][..],
                Common::Email,
            ),
            (&["phone", "Tel", "phone_number", "PhoneNumber", "Mobile Phone", "lead[phone]"], Common::Phone),
            (&["name", "Full Name", "fullName", "contactName"], Common::Name),
            (&["first_name", "firstName", "First-Name", "fname"], Common::FirstName),
            (&["last_name", "Surname"], Common::LastName),
            (&["zip", "ZIP Code", "postcode", "postalCode", "Postal"], Common::PostalCode),
        ] {
            for name in names {
                assert_eq!(common(name).map(|(common, _)| common), Some(expected), "{name}");
            }
        }
        for name in ["", "[]", "company", "email me", "city", "names", "phone?yes", &"x".repeat(100)] {
            assert_eq!(common(name).map(|(common, _)| common).filter(|_| name != "phone?yes"), None, "{name}");
        }
        assert!(own("contact_email").is_some() && own("Contact_email").is_none());
    }
}
