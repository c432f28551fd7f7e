"""Words a notice may not use and words it must, in Dutch and English, as data (R2-R14).

`gateway.rules.phrases` says how a list is written and read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.rules.phrases import phrases

LANGUAGES = {"nl": "nl", "nld": "nl", "dut": "nl", "en": "en", "eng": "en"}
"""The tags under which a text is judged by these lists; ISO 639-2 is no way round them."""

# On a job site these say something else: they are not read at all.
SPARED = phrases("""
global privacy control, work/working/job/professional experience, years of experience
applicant/application/order/time/error tracking, job advert*, vacature advertentie*
cv/fraud/risk analyse/analysis, free of/from abuse/spam/fraud/malware/viruses/errors/bots
""")

_SITE = "gebruikerservaring/gebruikservaring/surfervaring/websiteervaring/klantervaring/browsen"
_NL = f"ervaring/ervaringen/winkelervaring/kijkervaring/leeservaring/zoekervaring/beleving/{_SITE}"
_ASKS = "accepteer*/accepteren/akkoord/toestaan/toestemming"
_AGREE = "accept*/agree*/allow*/consent*"


@dataclass(frozen=True, slots=True)
class Loaded:
    """One way of steering. `fact`: of what is blocked or not asked for it can be plain truth."""

    rule: str
    what: str
    mend: str
    phrases: re.Pattern[str]
    fact: bool = False


LOADED = (
    Loaded("R6", "praises what consent would bring", "say what data is used for", phrases(f"""
optimale/optimaal/ultieme/perfecte/ideale/beste/betere/beter/verbeterde/prettige* . {_NL}
fijne/fijnere/leuke/leukere/leukste/mooiste/geweldige/fantastische/soepele* . {_NL}
naadloze/vlekkeloze/rijkere/unieke/aangename*/snellere/gepersonaliseerde/persoonlijkere . {_NL}
goede/volledige/relevante/persoonlijke {_SITE}, een persoonlijke ervaring
verbeter* . {_NL}, uw/je/jouw/de {_NL} .. verbeter*/verrijk*/optimaliser*/personaliser*
verbeteren/optimaliseren/personaliseren van . {_NL}, optimale/optimaal/optimalere
haal* .. meeste/maximale/beste uit, zo goed/prettig/leuk/fijn/soepel/persoonlijk/relevant mogelijk
nog beter/betere/leuker*/makkelijker/fijner*/persoonlijker*/prettiger*/sneller
beter van dienst, beter te helpen, beter helpen, beter leren kennen
best/better/optimal/optimum/greatest/great/ultimate/perfect/ideal/enhanced/improved . experience*
richer/smoother/seamless/superior/premium/tailored/personali* . experience*
amazing/awesome/fantastic/delightful/unique/finest/nicest/nicer/full . experience*
good browsing/user/online/shopping/website/site experience*
improv*/enhanc*/personali*/optimi*/enrich*/elevat*/boost*/tailor* . experience*
make* .. experience .. better/smoother/easier/nicer/personal, optimal*/optimum
get/make/getting/making the most/best out/of/from, serve/serving/help/helping you better
even better/easier/faster/nicer, as good/smooth/pleasant/enjoyable/relevant as possible
""")),
    Loaded("R6", "puts at ease in place of informing", "say what is done instead", phrases("""
hecht* .. privacy, geven/geeft .. om .. privacy, respecteren/waarderen/koesteren .. privacy
privacy .. belangrijk/voorop/prioriteit/centraal/serieus/harte/vaandel/veilig/gewaarborgd
privacy .. nummer een/1
geen zorgen, wees gerust, gerust hart, vertrouw ons, goede/veilige handen, veilig bij ons
value/values/respect*/cherish* .. privacy, care/cares/caring about .. privacy
committed .. privacy, privacy .. matter*/important/priority/seriously/heart, privacy . first
trust us, dont worry, do not worry, no worries, nothing to worry, rest assured
good/safe hands, safe with us
""")),
    Loaded("R6", "plays on feelings", "say it without regret, guilt or pleading", phrases(f"""
helaas, jammer, spijtig, wat zonde, verdrietig*, teleurgesteld, teleurstell*, het spijt ons
missen u/je/jou, weet u/je .. zeker, in de steek, gun ons, doe ons .. plezier, steun ons, ^ help ons
alstublieft/alsjeblieft .. {_ASKS}, accepteer*/sta/ga/zeg .. alstublieft/alsjeblieft
unfortunately, sadly, regret*, sorry to, miss you, too bad, such a shame, what a shame/pity
are you sure, really want/sure, disappoint*, heartbroken, break our heart*, sad to, before you go
please accept/allow*/agree/consent/say, please consider/help .. {_AGREE}, support us, ^ help us
""")),
    Loaded("R6", "shames a refusal", "let a refusal be a plain no", phrases("""
nee bedankt ik, nee dank u/je/jou ik, nee ik wil/hoef/mis/betaal/houd/hou/blijf/heb
ik . liever, boeit mij/me niet, kan mij/me niet schelen
no thanks i, no thank you i, no i want/like/hate/prefer/have/dont/love
id rather, i would rather, i prefer, i dont care/want/like/need, i do not care/want/like/need
""")),
    Loaded("R6", "threatens with a loss", "leave it out: a refusal costs nothing (R21)", phrases("""
mis niets/niks/geen/het/deze/jouw/uw/je, loop .. mis, u/je loopt .. mis, misloop*, gemiste kans*
site/website/pagina* .. werk*/functioneer* .. niet/minder/slecht*/beperkt*/onvoldoende
site/website/pagina* .. niet/minder/slecht* .. werk*/functioner*, niet naar behoren
werk*/functioneer* . site/website/pagina* .. niet/minder/slecht*/beperkt*/onvoldoende
beperkte* toegang/functionaliteit*/versie/functies/werking, nadelige/negatieve invloed/gevolgen
minder relevant*/persoonlijk*, slechtere/mindere . ervaring, eigen risico
miss out, missing out, dont miss, do not miss, never miss, lose access, lose out, own risk, forfeit
limited/restricted/reduced/degraded access/functionality/features/experience/version, less relevant
site/website/page* .. not/wont/cant/cannot .. work/function/properly/correctly/load
not work/function properly/correctly/fully, adverse*/negative* affect/impact/effect*
worse . experience
"""), fact=True),
    Loaded("R6", "offers a reward", "leave it out: consent is free, not bought", phrases("""
gratis .. blijven/houden/blijft, blijft/blijven gratis, houd* .. gratis, profiteer*, maak kans
krijg*/ontvang*/pak/claim*/verdien* .. korting*/cadeau*/beloning*/bonus*/voordeel/voucher*
in ruil voor, als dank, verras*, geniet*, speciaal voor u/jou
exclusieve . aanbieding*/voordelen/content/inhoud/korting*/deals/toegang
keep* .. free, stay* free, remain* free, benefit from, take advantage, in return, treat yourself
get/receive/earn/claim/unlock/win .. discount*/reward*/gift*/bonus*/voucher*/points/deals
unlock .. content/benefits/features/offers/site, enjoy*, surprise*
exclusive . offer*/benefits/content/discount*/deals/access
""")),
    Loaded("R6", "hurries", "leave it out: a choice can be made at any time", phrases("""
nu of nooit, laatste kans, alleen vandaag, wacht niet, voor .. te laat, schiet op, tijdelijk* aanbod
accepteer nu, nu accepteren, nog maar .. dagen/uur/plaatsen, een klik/stap verwijderd
act now, last chance, hurry*, limited time, dont wait, do not wait, before .. too late
today only, only today, accept now, ends soon, expires soon, while you still can
one click/step away, just one click
""")),
    Loaded("R6", "tells what to choose", "leave the choice open", phrases(f"""
meeste bezoekers/mensen/gebruikers .. kiez*/{_ASKS}, iedereen .. {_ASKS}
aanbevolen keuze/optie/instelling*, raden/adviseren .. {_ASKS}/toe
de beste/juiste/slimme keuze, slimme/verstandige keuze, zeg ja, kies ja
most/other visitors/people/users .. choose/{_AGREE}, everyone/everybody .. {_AGREE}
recommended choice/option/setting*, recommend/advise/suggest .. {_AGREE}
the right/best choice, smart/wise choice, ^ say yes, just/and say yes, join .. others
""")),
    Loaded("R6", "makes light of it", "call cookies what they are", phrases("""
lekker* . koekje*/cookie*, koekjes, koekje, onschuldig*, ongevaarlijk*
dol/gek op . cookies, houden/houdt van . cookies, trek in . cookie*, maar . paar cookies
delicious/tasty/yummy/sweet/fresh/tiny/crunchy . cookie*, harmless, innocent
love/loves . cookies, just a few . cookies, cookie monster, bite
""")),
    Loaded("R2", "takes silence for consent", "only a button is consent; leave it out", phrases(f"""
door .. verder te gaan/surfen/klikken/bladeren, door .. te blijven gebruiken/surfen, u/je doorgaat
door .. site/website/pagina* .. {_ASKS}/stemt, als u/je verder gaat/surft/klikt, bij verder gebruik
gaan we/wij er .. dat u/je, assume . you, if you continue to use, you continue using
by using . site/website/page/service* .. {_AGREE}, if you continue/keep/stay .. {_AGREE}
by continuing/browsing/scrolling/closing/navigating/visiting/staying .. {_AGREE}, continued use
""")),
    Loaded("R10", "makes entrance depend on consent", "let the site work without it", phrases("""
u/je moet/dient/hoort .. accepteren/toestaan/akkoord, u/je moet/dient . toestemming geven
alleen toegang/toegankelijk
^ accepteer* .. om .. verder/door/toegang/gebruik*/bezoeken/zien
you must . accept/agree/allow/consent, you need/have/ought to . accept/agree/allow/consent
^ accept/agree/allow/consent .. to continue/proceed/access/enter/view/use/visit
in order to continue, required to continue/enter/access
"""), fact=True),
)  # fmt: skip

FACES = re.compile(
    "["
    "\U0001f600-\U0001f64f\U0001f910-\U0001f92f\U0001f970-\U0001f97a\u2639-\u263b\u2764\u2665"
    "\U0001f494-\U0001f49f\U0001f44d\U0001f44e\U0001f389\U0001f381\U0001f3c6\u2b50\U0001f36a"
    "]"
)
"""Pictures that feel something, promise something or make a joke."""


@dataclass(frozen=True, slots=True)
class Label:
    """A button says one of `must`, may add words of `may`, and nothing else."""

    must: re.Pattern[str]
    may: re.Pattern[str]
    instead: str


_DE = "alles/alle/cookies/cookie/de/het/deze/optionele/aanvullende/overige/allemaal/en/voor/ik"
_THE = "all/everything/cookies/cookie/the/these/optional/additional/other/and/for/to/of/i"
_MINE = "mijn/uw/je/jouw/deze/de/het/alle/cookie/cookies/toestemming/huidige/gekozen"
_MY = "my/your/the/these/this/all/cookie/cookies/consent/current/selected"
_NEEDED = (
    "noodzakelijk/noodzakelijke/functionele/essentiele/necessary/essential/required/functional"
)


def _label(instead: str, must: str, may: str) -> Label:
    return Label(phrases(must), phrases(may), instead)


LABELS: Mapping[str, Mapping[str, Label]] = {
    "nl": {
        "accept": _label("Alles accepteren", """
ga akkoord, akkoord, sta . toe, toestaan, geef toestemming, toestemming geven, stem . in, instemmen
toestemmen, accepteer, accepteren, ja
""", f"{_DE}/hiermee/met"),
        "reject": _label("Alles weigeren", """
ga niet akkoord, niet akkoord, niet/niets/geen toestaan/accepteren, sta niets toe
geen cookies toestaan/accepteren, geen cookies, geef geen toestemming, geen toestemming
weiger, weigeren, afwijzen, wijs . af, nee
""", f"{_DE}/bedankt/dank/u/je, behalve/alleen/niet . {_NEEDED}"),
        "save": _label("Keuze opslaan", """
opslaan, bewaren, bewaar, bevestig, bevestigen, vastleggen, sla . op
""", f"{_MINE}/keuze/keuzes/selectie/voorkeur/voorkeuren/cookievoorkeuren/instellingen"),
        "withdraw": _label("Toestemming intrekken", """
intrekken, trek . in, weigeren, stopzetten
""", f"{_MINE}/alles"),
    },
    "en": {
        "accept": _label("Accept all", "accept, allow, agree, consent, approve, yes", _THE),
        "reject": _label("Reject all", """
do not accept/allow/agree/consent, dont accept/allow/agree/consent
reject, refuse, decline, deny, disagree, no
""", f"{_THE}/thanks/thank/you/unnecessary/nonessential, except/only/non/not . {_NEEDED}"),
        "save": _label("Save choice", """
save, store, confirm, keep, apply, submit
""", f"{_MY}/choice/choices/selection/preference/preferences/settings"),
        "withdraw": _label("Withdraw consent", "withdraw, revoke, refuse, reject, stop", _MY),
    },
}  # fmt: skip
"""The buttons of the banner, and what may stand on them (R4, R6)."""

DETOUR = {
    "nl": phrases("""
meer, opties, *instelling*, *voorkeur*, beheer*, aanpassen, pas .. aan, details, informatie, kies
kiezen, zelf, later, misschien, lees, bekijk
"""),
    "en": phrases("""
more, options, *setting*, *preference*, manage, customi*, configure, details, information, choose
later, maybe, learn, show, view, adjust
"""),
}
"""A button with these words leads on: to settings, to reading, to later (R4)."""

CHANGING = {
    "nl": phrases(
        "*intrek*, trek .. in, wijzig*, aanpas*, pas/past .. aan, verander*, herzien, herroep*"
    ),
    "en": phrases("withdraw*, revok*, chang*, updat*, adjust*, edit*, amend*"),
}

_SAYS_NOTHING = """
noodzakelijk noodzakelijke strikt nodig vereist verplicht functioneel functionele technisch
technische essentieel essentiele cookie cookies website site werking werken werkt laten goed
gerechtvaardigd gerechtvaardigde belang wettelijk wettelijke verplichting contract overeenkomst
grondslag basis doel doeleinden voor van de het een deze dit is zijn om te en wij we onze ons in
op necessary strictly needed required mandatory functional technical essential operation functioning
function work works properly legitimate interest interests legal obligation purpose purposes
for of the a an this these is are to and our us it make it on in be
"""
SAYS_NOTHING = frozenset(_SAYS_NOTHING.split())
"""A text with no other word gives no reason and explains nothing (R7, R14)."""

_ON = (
    "checked|ticked|selected|enabled|granted|accepted|allowed|active|activated|chosen|consented|on"
)
PRETICKED = re.compile(
    rf"(is|pre|auto|vooraf)?({_ON}|aan|aangevinkt)(bydefault|default|atstart|standaard)?"
    rf"|defaults?(to)?({_ON}|state|value|true|choice|consent)?|standaard(aan|aangevinkt)?"
    r"|(soft)?optout|softoptin|implied(consent)?|initial(state|value|choice)?"
)
"""Names of keys, in small letters alone, that would tick a box before the visitor does (R9)."""
