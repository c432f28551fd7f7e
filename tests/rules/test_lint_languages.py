"""The buttons in the 26 languages known by the stems of their words: swapped, stirring, missing,
turned round, leading on; and the plain ones people there use."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import pytest

from gateway.rules.labels_known import STEMS
from gateway.rules.lint import findings
from gateway.rules.loaded import LANGUAGES
from gateway.rules.site import PurposeText
from tests.rules.linted import ANALYTICS, DEMO, SHIPPED, banner, places


@dataclass(frozen=True, slots=True)
class Tried:
    """Labels in one language. `stirs`: an acceptance with praise or pleading; `praise`: that alone;
    `every`: the plain label without its verb; `denied`: a refusal denied; `round`: no to something
    else, then acceptance; `away`: what leads on; `yes` and `nos`: other plain labels."""

    stirs: str
    praise: str
    every: str
    denied: str
    round: str
    away: str
    yes: tuple[str, ...]
    nos: tuple[str, ...]


TRIED = {
    "ar": Tried("نعم، أفضل تجربة", "رائع", "الكل", "عدم الرفض", "لا، قبول الكل",
                "المزيد من التفاصيل", ("أوافق", "السماح للجميع", "الموافقة على الكل"),
                ("لا أوافق", "عدم السماح", "رفض غير الضرورية")),
    "bg": Tried("Да, най-доброто изживяване", "Страхотно", "Всички", "Не отхвърлям",
                "Не, приемам всички", "Повече информация",
                ("Приемам всички", "Съгласен съм", "Разреши всички"),
                ("Отказвам всички", "Не приемам", "Не съм съгласен", "Не")),
    "cs": Tried("Ano, nejlepší zážitek", "Skvělé", "Vše", "Nic neodmítat", "Ne, přijmout vše",
                "Více informací", ("Souhlasím", "Povolit vše", "Přijímám všechny cookies"),
                ("Nesouhlasím", "Nepřijmout", "Zamítnout vše", "Ne")),
    "da": Tried("Ja, den bedste oplevelse", "Fantastisk", "Alle", "Afvis ikke",
                "Nej, accepter alle", "Læs mere", ("Tillad alle", "Godkend alle", "Jeg accepterer"),
                ("Tillad ikke", "Accepter ikke", "Nej tak", "Afslå alle")),
    "de": Tried("Ja, die beste Erfahrung", "Perfekt", "Alle", "Nicht ablehnen",
                "Nein, alle akzeptieren", "Mehr erfahren",
                ("Allen zustimmen", "Alle Cookies erlauben", "Ich stimme zu", "Einverstanden"),
                ("Nicht zustimmen", "Ich lehne ab", "Ohne Einwilligung weiter", "Nein",
                 "Nicht notwendige Cookies ablehnen")),
    "el": Tried("Ναι, η καλύτερη εμπειρία", "Υπέροχα", "Όλα", "Δεν απορρίπτω", "Όχι, αποδοχή όλων",
                "Περισσότερες πληροφορίες", ("Αποδέχομαι", "Συμφωνώ", "Να επιτραπούν όλα"),
                ("Δεν αποδέχομαι", "Δεν συμφωνώ", "Άρνηση", "Όχι")),
    "es": Tried("Sí, la mejor experiencia", "Perfecto", "Todo", "No rechazar", "No, aceptar todo",
                "Más información",
                ("Aceptar todas las cookies", "Permitir todas", "Estoy de acuerdo"),
                ("No aceptar", "Continuar sin aceptar", "Denegar todo", "No",
                 "Rechazar cookies no necesarias")),
    "et": Tried("Jah, parim kogemus", "Suurepärane", "Kõik", "Ära keela", "Ei, nõustu kõigiga",
                "Loe rohkem", ("Luba kõik", "Nõustun", "Olen nõus"),
                ("Ei nõustu", "Keela kõik", "Lükka kõik tagasi", "Ei")),
    "fi": Tried("Kyllä, paras kokemus", "Mahtavaa", "Kaikki", "En hylkää", "Ei, hyväksy kaikki",
                "Lue lisää", ("Salli kaikki", "Hyväksyn", "Suostun"),
                ("Älä salli", "En hyväksy", "Kiellä kaikki", "Jatka hyväksymättä", "Ei")),
    "fr": Tried("Oui, la meilleure expérience", "Parfait", "Tout", "Ne rien refuser",
                "Non, tout accepter", "En savoir plus",
                ("Autoriser tous les cookies", "J’accepte", "D’accord", "Oui"),
                ("Continuer sans accepter", "Je n’accepte pas", "Ne pas autoriser", "Non",
                 "Refuser les cookies non essentiels")),
    "ga": Tried("Glac leis, tá sé iontach", "Foirfe", "Gach fianán", "Ná diúltaigh",
                "Ní hea, glac leo", "Tuilleadh eolais", ("Glacaim leo", "Aontaím", "Ceadaigh gach"),
                ("Ní ghlacaim", "Ná ceadaigh", "Diúltaím")),
    "hr": Tried("Da, najbolje iskustvo", "Odlično", "Sve", "Ne odbijaj", "Ne, prihvati sve",
                "Više informacija", ("Slažem se", "Dopusti sve", "Prihvaćam"),
                ("Ne prihvaćam", "Ne slažem se", "Odbijam", "Ne")),
    "hu": Tried("Igen, a legjobb élmény", "Szuper", "Az összes", "Nem utasítom el",
                "Nem, az összes elfogadása", "További információ",
                ("Elfogadom", "Összes engedélyezése", "Hozzájárulok"),
                ("Nem fogadom el", "Elutasítom", "Nem járulok hozzá", "Nem")),
    "it": Tried("Sì, la migliore esperienza", "Perfetto", "Tutto", "Non rifiutare",
                "No, accetta tutto", "Scopri di più",
                ("Accetto", "Consenti tutti", "Acconsento", "Sono d’accordo"),
                ("Non accetto", "Continua senza accettare", "Nega", "No",
                 "Rifiuta i cookie non necessari")),
    "lt": Tried("Taip, geriausia patirtis", "Puiku", "Visus", "Ne atmesti", "Ne, priimti visus",
                "Daugiau informacijos", ("Sutinku", "Leisti visus", "Patvirtinti visus"),
                ("Nesutinku", "Neleisti", "Atsisakyti visų", "Ne")),
    "lv": Tried("Jā, vislabākā pieredze", "Lieliski", "Visas", "Ne noraidīt", "Nē, pieņemt visas",
                "Uzzināt vairāk", ("Piekrītu", "Atļaut visas", "Apstiprināt visas"),
                ("Nepiekrītu", "Neatļaut", "Atteikties no visām", "Nē")),
    "mt": Tried("Iva, l-aħjar esperjenza", "Perfett", "Kollox", "Ma nirrifjutax",
                "Le, aċċetta kollox", "Aktar informazzjoni",
                ("Naċċetta", "Naqbel", "Ippermetti kollox"),
                ("Ma naċċettax", "Ma naqbilx", "Niċħad", "Le")),
    "no": Tried("Ja, den beste opplevelsen", "Fantastisk", "Alle", "Ikke avvis", "Nei, godta alle",
                "Les mer", ("Aksepter alle", "Tillat alle", "Jeg samtykker"),
                ("Ikke godta", "Godta ingen", "Tillat ikke", "Avslå alle", "Nei")),
    "pl": Tried("Tak, najlepsze wrażenia", "Świetnie", "Wszystkie", "Nie odrzucaj",
                "Nie, zaakceptuj wszystkie", "Więcej informacji",
                ("Akceptuję", "Zgadzam się na wszystkie", "Zezwól na wszystkie", "Wyrażam zgodę"),
                ("Nie zgadzam się", "Odmów zgody", "Nie wyrażam zgody", "Odmawiam", "Nie")),
    "pt": Tried("Sim, a melhor experiência", "Perfeito", "Tudo", "Não rejeitar",
                "Não, aceitar tudo", "Saber mais", ("Aceito", "Permitir todos", "Concordo"),
                ("Não aceito", "Recusar", "Continuar sem aceitar", "Não",
                 "Rejeitar cookies não necessários")),
    "ro": Tried("Da, cea mai bună experiență", "Grozav", "Tot", "Nu refuz", "Nu, acceptă tot",
                "Mai multe detalii", ("Accept toate", "Sunt de acord", "Permite toate"),
                ("Nu accept", "Resping toate", "Nu sunt de acord", "Nu")),
    "sk": Tried("Áno, najlepší zážitok", "Skvelé", "Všetko", "Nič neodmietnuť",
                "Nie, prijať všetko", "Viac informácií", ("Súhlasím", "Povoliť všetko", "Prijímam"),
                ("Nesúhlasím", "Neprijať", "Zamietnuť všetko", "Nie")),
    "sl": Tried("Da, najboljša izkušnja", "Odlično", "Vse", "Ne zavrni", "Ne, sprejmi vse",
                "Več informacij", ("Strinjam se", "Dovoli vse", "Sprejmem vse"),
                ("Ne strinjam se", "Ne sprejmem", "Zavračam", "Ne")),
    "sv": Tried("Ja, den bästa upplevelsen", "Perfekt", "Alla", "Avvisa inte",
                "Nej, acceptera alla", "Läs mer",
                ("Godkänn alla", "Tillåt alla kakor", "Jag samtycker"),
                ("Tillåt inte", "Acceptera inga", "Neka alla", "Nej tack",
                 "Avvisa icke nödvändiga")),
    "tr": Tried("Evet, en iyi deneyim", "Harika", "Tümünü", "Reddetme", "Hayır, tümünü kabul et",
                "Daha fazla bilgi", ("Kabul ediyorum", "Hepsine izin ver", "TÜMÜNÜ KABUL EDİYORUM"),
                ("Kabul etmiyorum", "İzin verme", "Reddediyorum", "HAYIR")),
    "uk": Tried("Так, найкращий досвід", "Чудово", "Усі", "Не відхиляти", "Ні, прийняти всі",
                "Дізнатися більше", ("Приймаю", "Погоджуюся", "Дозволити всі"),
                ("Не погоджуюся", "Не приймати", "Відмовитися", "Ні")),
}  # fmt: skip

each = pytest.mark.parametrize("language", TRIED)


def broken(language: str, key: str, label: str) -> set[str]:
    """The rules this label of this button breaks, but for those about the two together (R5)."""
    place = f"texts/{language}.toml: banner.{key}"
    found = places(banner(language, **{key: label}))
    return {rule for rule, where in found if where == place} - {"R5"}


def shipped(language: str, key: str) -> str:
    return SHIPPED.texts[language][key]


def test_every_language_of_the_banner_is_known() -> None:
    assert TRIED.keys() == STEMS.keys()
    assert STEMS.keys() | {"nl", "en"} == SHIPPED.texts.keys() == {*LANGUAGES.values()}


@each
@pytest.mark.parametrize(
    ("key", "other"),
    [("accept", "reject"), ("accept_again", "reject_again"), ("accept", "withdraw"),
     ("accept", "settings"), ("save", "accept"), ("withdraw", "accept"), ("withdraw", "save")],
)  # fmt: skip
def test_a_button_that_says_what_another_does_is_refused(
    language: str, key: str, other: str
) -> None:
    assert "R6" in broken(language, key, shipped(language, other))


@each
@pytest.mark.parametrize(("key", "other"), [("reject", "accept"), ("reject_again", "accept_again")])
def test_a_refusal_that_accepts_is_refused(language: str, key: str, other: str) -> None:
    assert broken(language, key, shipped(language, other)) == {"R4", "R6"}


@each
def test_a_label_that_stirs_is_refused(language: str) -> None:
    tried = TRIED[language]
    for key in ("accept", "accept_again", "reject", "reject_again", "save", "withdraw"):
        assert "R6" in broken(language, key, tried.praise), key
        assert "R6" in broken(language, key, f"{shipped(language, key)}. {tried.praise}!"), key
    assert "R6" in broken(language, "accept", tried.stirs)


@each
def test_a_label_without_its_verb_is_refused(language: str) -> None:
    for key in ("accept", "reject", "save", "withdraw"):
        assert "R6" in broken(language, key, TRIED[language].every), key


@each
def test_a_part_that_is_asked_again_is_not_called_all(language: str) -> None:
    for key in ("accept", "reject"):
        assert broken(language, f"{key}_again", shipped(language, key)) == {"R6"}


@each
def test_a_denied_refusal_is_none(language: str) -> None:
    """Else both buttons would accept."""
    assert "R6" in broken(language, "reject", TRIED[language].denied)
    assert "R6" in broken(language, "accept", TRIED[language].denied)


@each
def test_no_to_something_else_is_no_refusal(language: str) -> None:
    assert "R6" in broken(language, "reject", TRIED[language].round)
    assert "R6" in broken(
        language, "reject", f"{shipped(language, 'reject')} – {TRIED[language].yes[0]}"
    )


@each
def test_a_choice_to_save_or_end_is_not_to_accept_too(language: str) -> None:
    for key in ("save", "withdraw"):
        label = f"{shipped(language, key)}, {shipped(language, 'accept')}"
        assert broken(language, key, label) == {"R6"}


@each
def test_a_refusal_that_leads_on_is_no_refusal(language: str) -> None:
    assert "R4" in broken(language, "reject", TRIED[language].away)
    assert "R4" in broken(language, "reject_again", shipped(language, "settings"))


@each
def test_a_button_that_makes_no_choice_does_not_sound_like_one(language: str) -> None:
    for key in ("settings", "close", "preferences"):
        for choice in ("accept", "reject"):
            assert "R6" in broken(language, key, shipped(language, choice)), (key, choice)
        both = f"{shipped(language, 'accept_again')} / {shipped(language, 'reject_again')}"
        assert broken(language, key, both) == set()


@each
def test_a_plain_label_passes(language: str) -> None:
    tried = TRIED[language]
    for label in (*tried.yes, shipped(language, "accept").upper()):
        assert broken(language, "accept", label) == set(), label
    for label in (*tried.nos, shipped(language, "reject").upper()):
        assert broken(language, "reject", label) == set(), label


@each
def test_what_is_suggested_passes(language: str) -> None:
    """And is the label that is shipped."""
    plain = dict(zip(("accept", "reject", "accept_again", "reject_again", "save", "withdraw"),
                     STEMS[language].plain, strict=True))  # fmt: skip
    assert plain == {key: shipped(language, key) for key in plain}
    told = {one.mend for one in banner(language, accept="x", reject="x", accept_again="x",
                                       reject_again="x", save="x", withdraw="x")}  # fmt: skip
    assert {f'write "{label}"' for label in plain.values()} <= told
    assert f'write a plain refusal, such as "{plain["reject"]}"' in told


@pytest.mark.parametrize(
    ("tag", "language"), [("ger", "de"), ("nob", "no"), ("nn", "no"), ("pol", "pl"), ("gre", "el")]
)
def test_no_other_tag_of_a_language_hides_its_labels(tag: str, language: str) -> None:
    said = SHIPPED.texts[language]
    found = places(banner(tag, accept=said["reject"], reject=said["accept"]))
    assert ("R6", f"texts/{tag}.toml: banner.accept") in found
    assert ("R6", f"texts/{tag}.toml: banner.reject") in found


@pytest.mark.parametrize(("name", "rules"), [("Tolle Werbung", set()), ("Werbung", {"R6"})])
def test_a_purpose_may_be_called_by_its_own_name(name: str, rules: set[str]) -> None:
    """It sounds like praise, but stands in both labels as what is asked."""
    asked = msgspec.structs.replace(
        DEMO.purposes[ANALYTICS], texts={"de": PurposeText(name=name, description="Zählt Besuche.")}
    )
    site = msgspec.structs.replace(DEMO, languages=("de",), purposes=(asked,))
    said = {"accept": "Tolle Werbung erlauben", "reject": "Tolle Werbung ablehnen"}
    found = findings(site, {"de": {**SHIPPED.texts["de"], **said}})
    assert {one.rule for one in found if one.place.startswith("texts/")} == rules


def test_no_way_of_writing_hides_what_an_arabic_label_says() -> None:
    assert broken("ar", "accept", "رفـــض الكل") == {"R6"}
    assert broken("ar", "reject", "رَفْضُ الكُلِّ") == set()
