"""The posts and profiles of the reconstruction. All texts are our own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.accounts import AccountRef, Platform
from bot.store.records import DEMO_SOURCE, Counts, Post, PostKind, Snapshot

HOST = "social.example"
COLLECTED = datetime(2023, 6, 20, 12, tzinfo=UTC)
# What came on 31 May and 2 June 2023 was reported; the rest fills the month.
FIRST = datetime(2023, 5, 20, 14, tzinfo=UTC)
DAYS = 28

CREDIT = " Twitter •mundo_china"

REPORTED = {
    datetime(2023, 5, 31, 15, 2, tzinfo=UTC): "Un civil viajará por primera vez al espacio en una nave china",
    datetime(2023, 6, 2, 15, 2, tzinfo=UTC): "Un puerto chino trabaja de noche con grúas guiadas por 5G",
    datetime(2023, 6, 2, 18, 30, tzinfo=UTC): "Un edificio de oficinas chino que casi no gasta energía",
}

STORIES = (
    "Una feria en Shanghái reúne a empresas de cuarenta países en torno al comercio de servicios",
    "El tren de alta velocidad une dos provincias del oeste de China en menos de tres horas",
    "Científicos chinos presentan una variedad de arroz que resiste mejor la sequía",
    "Miles de personas celebran el festival de los botes dragón a orillas del río",
    "La exportación de vehículos eléctricos chinos crece por tercer trimestre seguido",
    "Un museo de Xi'an expone por primera vez piezas halladas en las últimas excavaciones",
    "China y países vecinos acuerdan simplificar los trámites aduaneros para frutas frescas",
    "Voluntarios plantan árboles en el borde del desierto para frenar el avance de la arena",
    "Un robot cosecha tomates en los invernaderos del norte y aprende de cada temporada",
    "Jóvenes artesanos recuperan la porcelana azul con técnicas de hace seis siglos",
    "La nueva biblioteca de Tianjin recibe a lectores de todas las edades los fines de semana",
    "Pandas gemelos nacidos en Chengdu dan sus primeros pasos ante los visitantes",
    "Ingenieros chinos terminan un puente colgante sobre un valle de seiscientos metros",
    "Las tiendas rurales venden té por internet y envían sus paquetes en dos días",
    "Un equipo de médicos viaja a las islas para atender a pescadores y sus familias",
    "La energía solar cubre ya los techos de tres barrios enteros en la costa este",
)

LOCAL = (
    "El municipio arregla la vereda de la plaza y pide paciencia hasta el jueves",
    "El club de barrio busca entrenador para las chicas de la categoría sub 13",
    "Mañana se corta el agua de nueve a once por trabajos en la calle San Martín",
    "La biblioteca popular recibe donaciones de libros los sábados por la tarde",
    "Se perdió una perrita negra cerca de la estación, responde al nombre de Luna",
    "La feria de emprendedores vuelve el domingo con música y comida casera",
    "Los vecinos piden un semáforo en la esquina de la escuela número cuatro",
    "El tren de las siete llegó con media hora de demora por una falla eléctrica",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One account of the reconstruction."""

    name: str
    display_name: str
    bio: str
    followers: int

    @property
    def ref(self) -> AccountRef:
        return AccountRef(platform=Platform.FEDIVERSE, handle=f"{self.name}@{HOST}")


HOY = (
    Person(name="hoychile", display_name="Hoy Chile", bio="Noticias de Chile", followers=7),
    Person(
        name="hoycostarica",
        display_name="Hoy Costa Rica",
        bio="Noticias de Costa Rica",
        followers=4,
    ),
    Person(name="hoyparaguay", display_name="Hoy Paraguay", bio="Noticias de Paraguay", followers=81),
)
CUSTOMER = Person(name="diariocliente", display_name="Diario Cliente", bio="Noticias", followers=5_200)
GAZETTE = Person(name="gacetadelbarrio", display_name="Gaceta del Barrio", bio="Del barrio", followers=64)
EDITIONS = (
    Person(name="elnorte", display_name="El Norte", bio="Una edición de Editora Regional", followers=3_100),
    Person(name="elsur", display_name="El Sur", bio="Una edición de Editora Regional", followers=2_800),
)
OFFICIALS = (
    Person(name="official1", display_name="Official one", bio="Stand-in for a diplomat", followers=900),
    Person(name="official2", display_name="Official two", bio="Stand-in for a diplomat", followers=400),
)
PEOPLE = (*HOY, CUSTOMER, GAZETTE, *EDITIONS, *OFFICIALS)


def snapshots() -> Iterator[Snapshot]:
    """Yield one profile each, as of the day after the last posts."""
    for person in PEOPLE:
        yield Snapshot(
            account=person.ref,
            taken_at=COLLECTED,
            source=f"import:{DEMO_SOURCE}",
            display_name=person.display_name,
            bio=person.bio,
            created_at=datetime(2022, 11, 3, tzinfo=UTC),
            followers=person.followers,
            following=12,
        )


def posts() -> Iterator[Post]:
    """Yield every post of the reconstruction."""
    for number, person in enumerate(HOY):
        # The same seconds but for a few: three windows of one scheduler.
        for index, (at, text) in enumerate(_stories()):
            credit = CREDIT if index % 5 < 3 else ""
            yield _post(
                person, at + timedelta(seconds=7 * number), text=text + credit, earned=index % 11 == 0
            )
    for index, (at, text) in enumerate(_stories()):
        if index % 4 == 0:
            credited = f"{text} Fuente: Mundo China https://x.com/mundo_china"
            yield _post(CUSTOMER, at + timedelta(hours=5), text=credited, earned=True, likes=9 + index % 7)
    for day in range(DAYS):
        at = FIRST + timedelta(days=day, hours=3, minutes=day * 17 % 60)
        text = f"{LOCAL[day % len(LOCAL)]} ({day + 1})"
        yield _post(GAZETTE, at, text=text, earned=day % 2 == 0, likes=1 + day % 3)
        for minutes, edition in enumerate(EDITIONS):
            shared = f"Resumen regional del día {day + 1}: {LOCAL[(day + 3) % len(LOCAL)].lower()}"
            later = at + timedelta(hours=2, minutes=minutes)
            yield _post(edition, later, text=shared, earned=True, likes=12 + day % 9)


def _stories() -> Iterator[tuple[datetime, str]]:
    """Yield four stories a day with their hours, the reported ones among them."""
    for day in range(DAYS):
        for slot, hour in enumerate((0, 3, 6, 10)):
            story = STORIES[(day * 4 + slot) % len(STORIES)]
            at = FIRST + timedelta(days=day, hours=hour, minutes=(day * 13 + slot * 7) % 50)
            yield at, f"{story}. {_EDITION[(day * 4 + slot) // len(STORIES)]}"
    yield from REPORTED.items()


# One story comes back every few days under another heading, as wire stories do.
_EDITION = (
    "Lo que se sabe",
    "En detalle",
    "Las cifras",
    "Tres claves",
    "La historia",
    "En imágenes",
    "Balance",
)


def _post(person: Person, at: datetime, *, text: str, earned: bool, likes: int = 1) -> Post:
    number = f"{at:%Y%m%d%H%M%S}"
    return Post(
        platform=Platform.FEDIVERSE,
        post_id=f"https://{HOST}/@{person.name}/{number}",
        author=person.ref,
        created_at=at,
        kind=PostKind.ORIGINAL,
        text=text,
        counts=Counts(likes=likes if earned else 0, reposts=0, replies=0),
        counts_at=COLLECTED,
        language="es",
        url=f"https://{HOST}/@{person.name}/{number}",
    )
