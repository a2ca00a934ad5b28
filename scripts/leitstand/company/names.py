"""Words of which people, companies and pages are made. All of it is invented."""

from __future__ import annotations

from functools import cache


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    "Anna Andreas Barbara Bernd Birgit Carsten Christian Christine Claudia Daniel David Dieter Elena Eva "
    "Fabian Felix Florian Frank Franziska Georg Hannah Hans Heike Helena Holger Ingrid Jan Jana Jens "
    "Johannes Jonas Jörg Julia Jürgen Karin Katharina Klaus Kristina Lara Laura Lea Lena Lukas Manuel "
    "Marco Maria Marion Markus Martin Martina Matthias Max Melanie Michael Miriam Monika Nadine Nicole "
    "Niklas Nina Oliver Patrick Paul Peter Petra Philipp Ralf Rebecca Regina Reto Robert Sabine Sandra "
    "Sara Sebastian Silke Simon Simone Sophie Stefan Stefanie Susanne Sven Tanja Thomas Thorsten Tim "
    "Tobias Urs Ursula Uwe Vanessa Verena Vera Werner Wolfgang Yvonne"
)

LAST_NAMES = _words(
    "Achleitner Albrecht Amann Arnold Bach Bachmann Baier Baumann Baumgartner Beck Becker Berger Bergmann "
    "Böhm Brandt Braun Brunner Busch Dietrich Eder Egger Engel Ernst Fischer Frank Franke Frei Friedrich "
    "Fuchs Gerber Graf Groß Gruber Günther Haas Hahn Hartmann Heinrich Herrmann Hofer Hoffmann Hofmann "
    "Horn Huber Jäger Jung Kaiser Keller Kern Klein Koch Köhler König Kraft Krämer Kraus Krause Krüger "
    "Kühn Kuhn Lang Lange Lehmann Leitner Lorenz Ludwig Maier Martin Mayer Meier Meyer Moser Müller "
    "Neumann Otto Peters Pfeiffer Pichler Pohl Reiter Richter Ritter Roth Sauer Schäfer Schmid Schmidt "
    "Schmitt Schneider Scholz Schreiber Schröder Schubert Schulte Schulz Schumacher Schuster Schwarz Seidel "
    "Simon Sommer Stein Steiner Thomas Vogel Vogt Wagner Walter Weber Weiß Werner Widmer Wimmer Winkler "
    "Winter Wirth Wolf Wolff Ziegler Zimmermann Zürcher"
)

COMPANY_WORDS = _words(
    "Fördertechnik Maschinenbau Anlagenbau Verpackungssysteme Automation Hebetechnik Lebensmitteltechnik "
    "Holztechnik Kunststofftechnik Werkzeugmaschinen Windkraft Medizintechnik Logistiksysteme Robotik "
    "Pumpen Textilmaschinen Druckmaschinen Stahlbau Umwelttechnik Prüftechnik Montagesysteme "
    "Sondermaschinen Krantechnik Walzwerke Zerspanung Aufzüge Silotechnik Papiertechnik Torantriebe"
)

# Firms too small to stand in the CRM as an account.
WORKSHOPS = ("Ingenieurbüro", "Metallbau", "Schlosserei", "Technisches Büro", "Mühle", "Werkstatt")

LEGAL_FORMS = {
    "DE": ("GmbH", "GmbH & Co. KG", "AG", "KG", "SE"),
    "AT": ("GmbH", "AG", "GmbH & Co KG"),
    "CH": ("AG", "GmbH", "SA"),
    "NL": ("B.V.",),
    "IT": ("S.r.l.", "S.p.A."),
    "CZ": ("s.r.o.",),
    "FR": ("SAS",),
    "PL": ("Sp. z o.o.",),
}

COUNTRY_SHARE = {
    "DE": 0.68,
    "AT": 0.12,
    "CH": 0.10,
    "NL": 0.03,
    "IT": 0.03,
    "CZ": 0.02,
    "FR": 0.01,
    "PL": 0.01,
}

COUNTRY_NAMES = {
    "DE": "Deutschland",
    "AT": "Österreich",
    "CH": "Schweiz",
    "NL": "Niederlande",
    "IT": "Italien",
    "CZ": "Tschechien",
    "FR": "Frankreich",
    "PL": "Polen",
}

INDUSTRIES = (
    "Maschinenbau",
    "Fördertechnik und Logistik",
    "Automotive-Zulieferer",
    "Verpackung",
    "Lebensmittel und Getränke",
    "Energie",
    "Medizintechnik",
    "Anlagenbau",
    "Holz und Möbel",
    "Kunststoff",
)

JOB_TITLES = (
    "Leiter Konstruktion",
    "Konstrukteurin",
    "Entwicklungsingenieur",
    "Technische Leiterin",
    "Einkauf",
    "Strategischer Einkäufer",
    "Geschäftsführer",
    "Geschäftsführerin",
    "Leiter Instandhaltung",
    "Produktionsleiterin",
    "Projektingenieur",
    "Head of Engineering",
    "Werkleiter",
    "Student",
)

# Local parts of addresses that nobody has to themselves.
MAILBOXES = ("info", "kontakt", "office", "vertrieb")

# Blocks that the Bundesnetzagentur keeps free for films: nobody can be reached there.
PHONE_BLOCKS = (("30", "23125"), ("40", "66969"), ("69", "90009"), ("89", "99998"), ("221", "4710"))

FREE_MAIL = ("gmx.de", "web.de", "gmail.com", "t-online.de", "gmx.at", "bluewin.ch", "outlook.com")

PRODUCTS = (
    "Getriebemotoren",
    "Servoantriebe",
    "Planetengetriebe",
    "Frequenzumrichter",
    "Linearachsen",
    "Retrofit",
)

PAGES = (
    "/",
    "/produkte/getriebemotoren",
    "/produkte/servoantriebe",
    "/produkte/planetengetriebe",
    "/produkte/frequenzumrichter",
    "/loesungen/foerdertechnik",
    "/loesungen/verpackung",
    "/service/retrofit",
    "/ratgeber/antrieb-auslegen",
    "/ratgeber/energieeffizienz-ie5",
    "/kontakt",
)

ASSETS = (
    "whitepaper-antrieb-auslegen",
    "whitepaper-energieeffizienz-ie5",
    "checkliste-retrofit",
    "cad-paket-planetengetriebe",
    "katalog-getriebemotoren",
    "leitfaden-condition-monitoring",
)

_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "&": "und", "|": " ", ".": " "})


@cache
def slug(text: str) -> str:
    """Lower case, umlauts folded, words joined by hyphens."""
    folded = text.lower().translate(_FOLDED)
    return "-".join("".join(ch if ch.isalnum() else " " for ch in folded).split())
