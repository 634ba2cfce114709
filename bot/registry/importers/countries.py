"""Country names as the public lists write them, to ISO 3166-1 alpha-2."""

from __future__ import annotations

from bot.text.normalise import fold

# EU and XK are codes reserved for such use; "PS" is ISO's code for the Palestinian territories.
_CODES = """
AF Afghanistan|AL Albania|DZ Algeria|AO Angola|AR Argentina|AM Armenia|AU Australia|AT Austria|AZ Azerbaijan
BH Bahrain|BD Bangladesh|BY Belarus|BE Belgium|BJ Benin|BT Bhutan|BO Bolivia|BA Bosnia and Herzegovina
BW Botswana|BR Brazil|BN Brunei|BG Bulgaria|BF Burkina Faso|BI Burundi|KH Cambodia|CM Cameroon|CA Canada
CF Central African Republic|TD Chad|CL Chile|CN China|CO Colombia|CG Congo|CD DR Congo|CR Costa Rica
CI Côte d'Ivoire|CI Ivory Coast|HR Croatia|CU Cuba|CY Cyprus|CZ Czechia|CZ Czech Republic|DK Denmark
DJ Djibouti|DO Dominican Republic|EC Ecuador|EG Egypt|SV El Salvador|ER Eritrea|EE Estonia|ET Ethiopia
EU European Union|EU Europen Union|FI Finland|FR France|GA Gabon|GM The Gambia|GM Gambia|GE Georgia
DE Germany|GH Ghana|GR Greece|GT Guatemala|GN Guinea|HT Haiti|HN Honduras|HK Hong Kong|HU Hungary|IS Iceland
IN India|ID Indonesia|IR Iran|IQ Iraq|IE Ireland|IL Israel|IT Italy|JM Jamaica|JP Japan|JO Jordan
KZ Kazakhstan|KE Kenya|XK Kosovo|KW Kuwait|KG Kyrgyzstan|LA Laos|LV Latvia|LB Lebanon|LS Lesotho|LR Liberia
LY Libya|LI Liechtenstein|LT Lithuania|LU Luxembourg|MO Macao|MG Madagascar|MW Malawi|MY Malaysia|ML Mali
MT Malta|MR Mauritania|MX Mexico|MD Moldova|MN Mongolia|ME Montenegro|MA Morocco|MZ Mozambique|MM Myanmar
NA Namibia|NP Nepal|NL Netherlands|NZ New Zealand|NI Nicaragua|NE Niger|NG Nigeria|KP North Korea
MK North Macedonia|NO Norway|OM Oman|PK Pakistan|PS Palestine territories|PS Palestine|PA Panama|PY Paraguay
PE Peru|PH Philippines|PL Poland|PT Portugal|QA Qatar|RO Romania|RU Russia|RU Russian Federation|RW Rwanda
SA Saudi Arabia|SN Senegal|RS Serbia|SL Sierra Leone|SG Singapore|SK Slovakia|SI Slovenia|SO Somalia
ZA South Africa|KR South Korea|SS South Sudan|ES Spain|LK Sri Lanka|SD Sudan|SE Sweden|CH Switzerland|SY Syria
TW Taiwan|TJ Tajikistan|TZ Tanzania|TH Thailand|TG Togo|TN Tunisia|TR Turkey|TR Türkiye|TM Turkmenistan
UG Uganda|UA Ukraine|AE UAE|AE United Arab Emirates|GB United Kingdom|US United States|UY Uruguay
US United States of America|UZ Uzbekistan|VA Vatican City|VE Venezuela|VN Vietnam|YE Yemen|ZM Zambia
ZW Zimbabwe
"""

COUNTRIES = {
    fold(entry[3:].strip()): entry[:2] for line in _CODES.strip().splitlines() for entry in line.split("|")
}


def country_code(name: str) -> str | None:
    """Return the code of a country name; a code of two letters stands for itself; None when unknown."""
    plain = fold(name).strip()
    if len(plain) == 2 and plain.isascii() and plain.isalpha():
        return plain.upper()
    return COUNTRIES.get(plain)
