"""Words a notice may not use, in Dutch and English, as data (R2-R14), and the tags of languages.

`gateway.rules.phrases` says how a list is written and read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.rules.phrases import pairs, phrases
from gateway.rules.told import Truth

_TAGS = """
ar ara, bg bul, cs ces cze, da dan, de deu ger, el ell gre, en eng, es spa, et est, fi fin
fr fra fre, ga gle, hr hrv, hu hun, it ita, lt lit, lv lav, mt mlt, nl nld dut, no nor nb nob nn nno
pl pol, pt por, ro ron rum, sk slk slo, sl slv, sv swe, tr tur, uk ukr
"""
LANGUAGES = {
    tag: tags.split()[0] for tags in re.split("[,\n]", _TAGS.strip()) for tag in tags.split()
}
"""The tags under which a text is judged, and the language each means: ISO 639-2 is no way round
the lists."""

# On a job site these say something else: they are not read at all.
SPARED = phrases("""
global privacy control, work/working/job/professional experience, years of experience
applicant/application/order/time/error tracking, job advert*, vacature advertentie*
cv/fraud/risk analyse/analysis, free of/from abuse/spam/fraud/malware/viruses/errors/bots
niet/nooit minder/slechter/trager/langzamer/beperkter, not/no/never . less/worse/slower
niet alleen, not only, geen/no nadelige/negatieve/adverse/negative
niet/nooit krijgt/ontvangt, not/never get/receive/earn/win
blijven/blijft gratis te, stay/stays/remain/remains free to
""")
NAMES = frozenset(("optimum", "optimaal", "optimal", "enjoy", "surprise", "innocent", "bite"))
"""Of what a company is called these may be all or a part: its name is not ours to mend."""

_SITE = "gebruikerservaring/gebruikservaring/surfervaring/websiteervaring/klantervaring/browsen"
_NL = f"ervaring/ervaringen/winkelervaring/kijkervaring/leeservaring/zoekervaring/beleving/{_SITE}"
_ASKS = "accepteer*/accepteren/akkoord/toestaan/toestemming"
_AGREE = "accept*/agree*/allow*/consent*"
_CROWD = (
    "bezoekers/mensen/gebruikers/kandidaten/sollicitanten/werkzoekenden/klanten"
    "/visitors/people/users/candidates/applicants/customers"
)
_CHANGE = "*wijzig*/*intrek*/ingetrokken/verander*/aanpas*/aangepast/herzien"
_CHANGES = "chang*/withdraw*/revok*/undo*/amend*/updat*"
# What somebody does on a site, and may not have to pay for with consent (R10).
_USE = "solliciter*/solliciteer*/verder/bezoeken/inloggen/aanmelden/reageren/vacature*/site/website"
_USES = "apply/applying/continue/visit/register/respond/job/jobs/vacanc*/site/website/read"


_SILENT = ", ".join((
    pairs("""
sluit u/je/dit/deze/de, negeert u/je, u/je/wie ~ sluit/wegklikt/negeert, niets doen
surft/klikt/gaat/bladert/scrolt/leest/kijkt/blijft u/je verder/door
blijft u/je hier, blijft u/je op . site/website/pagina
u/je/wie verder/door surft/klikt/gaat/bladert/scrolt/leest/kijkt, verder/door surfen/klikken/gaan
gebruik/bezoek van/aan . site/website/pagina*/dienst* ~ betekent/geldt/telt/houdt/is
""", """
geeft ~ toestemming/akkoord, stemt ~ in/toe, akkoord, accepteert ~ cookies/alles/alle/dit
als/is/betekent/in ~ toestemming/ja/instemming
"""),
    pairs("""
if/when/once you ~ close/leave/ignore/dismiss/scroll/browse/navigate/stay/keep/continue
use/usage of . site/website/page/service*, using/visiting . site/website/page/service*
silence, inaction, closing, scrolling, doing nothing
""", """
you/we/have/having accept/agree/consent/allow, means/implies/constitutes/signifies/is ~ consent/yes
as . yes/consent/acceptance/agreement/permission
"""),
    "take/count/treat/see/regard silence/inaction ~ as ~ yes/consent/acceptance/permission",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """One way of steering. `truth`: of which texts it can be plain truth."""

    rule: str
    what: str
    mend: str
    phrases: re.Pattern[str]
    truth: Truth = ""


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
    Loaded("R6", "regrets a choice", "say it without regret", phrases("""
helaas, jammer, spijtig, het spijt ons, unfortunately, sadly, regret*, sorry to
"""), truth="fault"),
    Loaded("R6", "plays on feelings", "say it without guilt or pleading", phrases(f"""
wat zonde, verdrietig*, teleurgesteld, teleurstell*, u/je/jij mist, mist u/je nu/dan/zo/daardoor
u/je/jij helpt/steunt ons, helpt/steunt u/je/jij ons, help/steun ons .. {_ASKS}
missen u/je/jou, weet u/je .. zeker, in de steek, gun ons, doe ons .. plezier, steun ons, ^ help ons
alstublieft/alsjeblieft .. {_ASKS}, accepteer*/sta/ga/zeg .. alstublieft/alsjeblieft
you/youre/youll miss/missing, you are/will miss/missing, you/youd/youll .. help/helping/support us
accepting/agreeing/allowing/consenting .. helps/supports us
help*/support* us .. by/and accept*/agree*/allow*/consent*, miss you, too bad
such a shame, what a shame/pity
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
weiger/weigert/weigeren ~ langer/trager/langzamer/moeilijker/lastiger/omslachtiger/slechter
weiger/weigert/weigeren ~ gevolg/gevolgen/nadeel/nadelen/nadelig*/invloed/vertrag*
weiger/weigert/weigeren ~ minder goed/snel/makkelijk/gemakkelijk/kans*/vacatures
zonder cookies/toestemming ~ langer/trager/langzamer/moeilijker/lastiger/omslachtiger
refus*/reject*/declin* ~ slower/slow/longer/harder/worse/difficult/cumbersome/delay*
refus*/reject*/declin* ~ consequence*/affect*/impact*/effect*/disadvantage*/fewer
langer/trager/langzamer/moeilijker/lastiger ~ weiger/weigert/weigeren
slower/longer/harder ~ refus*/reject*/declin*
without cookies/consent ~ slower/longer/harder/difficult
minder relevant*/persoonlijk*, slechtere/mindere . ervaring, eigen risico
miss out, missing out, dont miss, do not miss, never miss, lose access, lose out, own risk, forfeit
limited/restricted/reduced/degraded access/functionality/features/experience/version, less relevant
site/website/page* .. not/wont/cant/cannot .. work/function/properly/correctly/load
not work/function properly/correctly/fully, adverse*/negative* affect/impact/effect*
worse . experience
"""), truth="need"),
    Loaded("R6", "offers a reward", "leave it out: consent is free, not bought", phrases("""
zo/door/daardoor/hierdoor/dankzij .. blijft/blijven .. gratis
gratis .. blijven/houden/blijft, blijft/blijven gratis, houd* .. gratis, profiteer*, maak kans
krijg*/ontvang*/pak/claim*/verdien* ~ korting*/cadeau*/beloning*/bonus*/voordeel/voucher*
in ruil voor, als dank, verras*, geniet*, speciaal voor u/jou
exclusieve . aanbieding*/voordelen/content/inhoud/korting*/deals/toegang
keep* .. free, stay* free, remain* free, benefit from, take advantage, in return, treat yourself
get/receive/earn/claim/unlock/win ~ discount*/reward*/gift*/bonus*/voucher*/points/deals
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
meeste/andere {_CROWD} .. kiez*/kiest/{_ASKS}, iedereen .. {_ASKS}
van/op de tien/10/honderd/100 .. kiez*/kiest/{_ASKS}, procent .. kiez*/kiest/{_ASKS}
van . {_CROWD} kiest/kiezen/accepteert/accepteren, of . {_CROWD} choose/chose/{_AGREE}
raad/raden/raadt .. af, afgeraden, afraden, ontraden, ontraadt, liever niet . weigeren
aanbevolen keuze/optie/instelling*, raden/adviseren .. {_ASKS}/toe
de beste/juiste/slimme keuze, slimme/verstandige keuze, zeg ja, kies ja
out of ten/10/hundred/100 .. choose/chose/{_AGREE}, in ten/10 .. choose/{_AGREE}
percent .. choose/chose/{_AGREE}, advis*/recommend*/suggest* against
not/never recommend/advise, not recommended/advised/advisable, inadvisable
most/other {_CROWD} .. choose/{_AGREE}, everyone/everybody .. {_AGREE}
recommended choice/option/setting*, recommend/advise/suggest .. {_AGREE}
the right/best choice, smart/wise choice, ^ say yes, just/and say yes, join .. others
""")),
    Loaded("R6", "makes light of it", "call cookies what they are", phrases("""
geen kwaad, niets kwaads, niets/niet ergs/erg/eng/engs/gevaarlijk, niets om bang
nothing/not .. afraid/scared/worried, nothing to fear, not dangerous/scary/bad, no harm
cant/cannot/dont/wont hurt, do/can/will not hurt, not . afraid/scared of
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
{_SILENT}
""")),
    Loaded("R10", "makes entrance depend on consent", "let the site work without it", phrases(f"""
u/je moet/dient/hoort .. accepteren/toestaan/akkoord, u/je moet/dient . toestemming geven
alleen toegang/toegankelijk
^ accepteer* .. om .. verder/door/toegang/gebruik*/bezoeken/zien
you must . accept/agree/allow/consent, you need/have/ought to . accept/agree/allow/consent
^ accept/agree/allow/consent .. to continue/proceed/access/enter/view/use/visit
in order to continue, required to continue/enter/access
alleen/slechts/pas ~ {_ASKS}/toestaat ~ kan/kunt/kun/mag .. {_USE}
kunt/kan/kun/mag .. pas/alleen/slechts .. {_USE} .. {_ASKS}/geaccepteerd/toegestaan
zonder cookies/{_ASKS} kunt/kun/mag u/je .. niet/geen .. {_USE}
only {_CROWD}/those/who/if/after/when .. {_AGREE} .. can/may/get .. {_USES}
can/may only .. {_USES} .. after/if/when/once/with ~ {_AGREE}
cannot/cant/not {_USES} .. without/unless/until .. {_AGREE}
"""), truth="need"),
    Loaded("R8", "denies that a choice can change", "it always can: leave it out", phrases(f"""
kunt/kun/kan/mag .. niet/nooit/niets/niks/geen .. {_CHANGE}
niet . mogelijk .. {_CHANGE}, onmogelijk .. {_CHANGE}, not . possible .. {_CHANGES}
impossible .. {_CHANGES}
*wijzig*/*intrek*/verander*/aanpassen .. niet/nooit/nauwelijks . mogelijk/kan
*wijzigen/*intrekken/veranderen/aanpassen .. kan/is niet/nooit/onmogelijk
keuze/toestemming .. definitief/definitieve/onherroepelijk*, definitieve/onherroepelijke keuze
cannot/cant/never .. {_CHANGES}
can/may not/never/no . longer/later/ever .. chang*/withdraw*/revok*/undo*
can/may not .. chang*/withdraw*/revok*/undo*
choice/consent .. is/are final/permanent/definitive/irrevocable, irrevocabl*, irreversibl*
chang*/withdraw*/revok* .. not/isnt/never/no .. possible, chang*/withdraw*/revok* .. impossible
""")),
)  # fmt: skip

FACES = re.compile(
    "["
    "\U0001f600-\U0001f64f\U0001f910-\U0001f92f\U0001f970-\U0001f97a\u2639-\u263b\u2764\u2665"
    "\U0001f494-\U0001f49f\U0001f44d\U0001f44e\U0001f389\U0001f381\U0001f3c6\u2b50\U0001f36a"
    "]"
)
"""Pictures that feel something, promise something or make a joke."""


VAGUE = phrases("""
allerlei/diverse/verscheidene/uiteenlopende/andere/overige . doelen/doeleinden/zaken/dingen/redenen
later .. bepal*/bepaald/beslis*/besluit*/vaststel*/invul*, later/nader te bepalen/beslissen
nog .. te bepalen/bepalen/bepaald/beslissen/besluiten/onbekend, nader bepaald, wat wij/we willen
various/other/future/unspecified/any/different/several . purposes/reasons/things/ends
all kinds/sorts of .. purposes/reasons/things, yet to be, to be determined/decided/defined, tbd
later .. decide*/determin*/defin*, decide*/determin*/defin* . later, whatever we
""")
"""A purpose described so can be anything (R7; GDPR Art. 5(1)(b))."""

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
