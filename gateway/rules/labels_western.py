"""The words of buttons in Danish, German, Spanish, French, Italian, Norwegian, Portuguese,
Romanian and Swedish, as data. `Stems` says what each list is for."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.rules.labels_stems import Stems

STEMS: Mapping[str, Stems] = {
    "da": Stems(
        ("Accepter alle", "Afvis alle", "Accepter", "Afvis", "Gem valg", "Træk samtykke tilbage"),
        accept="accept*, tillad*, godkend*, samtykker, giv .. samtykke, ja",
        reject="""
accepter/tillad/godkend/accepterer/tillader/samtykker ikke/ingen, ikke accepter*/tillad*/samtykk*
giv ikke samtykke, giver ikke samtykke, ingen cookies, afvis*, afslå*, nægt*""",
        no="nej",
        denies="ikke, ingen, intet, aldrig",
        every="alle, alt",
        save="gem, bekræft*",
        withdraw="træk .. tilbage, trækker .. tilbage, tilbagetræk*, tilbagekald*",
        away="""
indstilling*, *indstillinger, præference*, tilpas*, administrer*, valgmuligheder, mere, flere
detaljer, læs, vælg, senere, måske, vis""",
        stirs="""
bedste, bedre, super, perfekt*, optimal*, fantastisk*, gerne, glad, dejlig*, elsker, nyd, desværre
ærgerligt, venligst""",
        consent="samtykke, samtykket",
        needless="ikke nødvendige, unødvendige",
    ),
    "de": Stems(
        ("Alle akzeptieren", "Alle ablehnen", "Akzeptieren", "Ablehnen", "Auswahl speichern",
         "Einwilligung widerrufen"),
        accept="""
akzeptier*, annehmen, nehme .. an, zustimmen, stimme .. zu, einwilligen, willige .. ein, erlauben
erlaube, zulassen, gestatten, einverstanden, ja""",
        reject="""
nicht akzeptieren/annehmen/zustimmen/einwilligen/erlauben/zulassen/gestatten/einverstanden
akzeptiere/erlaube nicht, stimme nicht zu, willige nicht ein, nichts akzeptieren/erlauben/zulassen
keine cookies akzeptieren/erlauben/zulassen, keine cookies, keine akzeptieren/erlauben/zulassen
ohne einwilligung/zustimmung, ablehnen, lehne ab, lehne alle/alles ab, verweiger*, zurückweisen
widersprechen""",
        no="nein",
        denies="nicht, nichts, nie, niemals, kein, keine, keinen",
        every="alle, allen, allem, alles, sämtliche*",
        save="speicher*, bestätig*, übernehmen, sichern",
        withdraw="widerruf*, zurückziehen, ziehe .. zurück, zurücknehmen, nehme .. zurück",
        away="""
einstellung*, *einstellungen, anpass*, verwalt*, optionen, präferenzen, mehr, details
informationen, auswahl, auswählen, später, vielleicht, anzeigen""",
        stirs="""
beste, besten, bestes, besser*, super, toll*, perfekt*, optimal*, gern, gerne, lieber, liebe, freu*
genieß*, verpass*, leider, schade, bitte""",
        consent="einwilligung*, zustimmung*",
        needless="nicht notwendige*/erforderliche*/essenzielle*/essentielle*/technische*",
    ),
    "es": Stems(
        ("Aceptar todo", "Rechazar todo", "Aceptar", "Rechazar", "Guardar elección",
         "Retirar consentimiento"),
        accept="""
acept*, permit*, consentir, consiento, autoriz*, de acuerdo, doy .. consentimiento, sí""",
        reject="""
no acept*/permit*/consentir/consiento/autoriz*, no estoy de acuerdo, no doy mi consentimiento
sin aceptar/consentir, rechaz*, deneg*, deniego, niego, negar*, declin*""",
        no="no",
        denies="no, nunca, ningún, ninguna, nada",
        every="todo, toda, todos, todas",
        save="guard*, confirm*, grabar",
        withdraw="retir*, revoc*",
        away="""
configur*, preferencias, ajustes, personaliz*, gestionar, opciones, más, detalles, información
leer, elegir, después, luego, quizás, ver""",
        stirs="""
mejor*, perfect*, genial, súper, óptim*, encanta*, amo, feliz*, disfrut*, claro, lástima
lamentablemente, por favor""",
        consent="consentimiento*",
        needless="no necesarias/esenciales/imprescindibles/técnicas, innecesarias",
    ),
    "fr": Stems(
        ("Tout accepter", "Tout refuser", "Accepter", "Refuser", "Enregistrer le choix",
         "Retirer le consentement"),
        accept="""
accept*, autoris*, j’accepte, j’autorise, consentir, consens, d’accord, donne* .. consentement
oui""",
        reject="""
ne pas accepter/autoriser/consentir, n’accepte/n’autorise pas, ne consens pas, pas d’accord
ne donne pas mon consentement, sans accepter/consentir
m’oppose, s’opposer, refus*, rejet*, interdi*, déclin*""",
        no="non",
        denies="ne, pas, jamais, rien, aucun, aucune",
        every="tout, toute, tous, toutes",
        save="enregistr*, sauvegard*, confirm*, valid*",
        withdraw="retir*, révoqu*",
        away="""
paramèt*, paramétr*, préférences, personnalis*, gérer, gestion, options, plus, détails, savoir
informations, lire, choisir, tard, peut être, voir""",
        stirs="""
meilleur*, mieux, parfait*, super, génial*, optimal*, volontiers, plaisir, profit*, adore, aime
heureu*, malheureusement, dommage, s’il vous plaît""",
        consent="consentement*",
        needless="non essentiels/nécessaires/indispensables/techniques, pas nécessaires",
    ),
    "it": Stems(
        ("Accetta tutto", "Rifiuta tutto", "Accetta", "Rifiuta", "Salva la scelta",
         "Revoca il consenso"),
        accept="""
accett*, acconsent*, consenti, consento, permett*, autorizz*, d’accordo, presto .. consenso, sì""",
        reject="""
non accett*/acconsent*/consenti/consento/permett*/autorizz*, non sono d’accordo
non presto il consenso, senza accettare/acconsentire, rifiut*, rigett*, nega, nego, negare
respingi, declin*""",
        no="no",
        denies="non, mai, nessun, nessuno, nessuna, nulla, niente",
        every="tutto, tutta, tutti, tutte",
        save="salva*, conferm*, memorizza",
        withdraw="revoc*, ritir*",
        away="""
impostazioni, preferenze, personalizz*, gestisci, gestire, opzioni, più, altro, dettagli
informazioni, leggi, scopri, scegli, dopo, forse""",
        stirs="""
miglior*, meglio, perfett*, ottim*, super, fantastic*, volentieri, goditi, adoro, amo, felic*
certo, purtroppo, peccato, per favore""",
        consent="consenso, consensi",
        needless="non necessari/essenziali/indispensabili/tecnici",
    ),
    "no": Stems(
        ("Godta alle", "Avvis alle", "Godta", "Avvis", "Lagre valg", "Trekk tilbake samtykke"),
        accept="godta*, aksepter*, tillat*, godkjenn*, samtykker, gi .. samtykke, ja",
        reject="""
godta/tillat/aksepter/godkjenn/godtar/tillater/samtykker ikke/ingen
ikke godta*/tillat*/aksepter*/godkjenn*/samtykk*, gi ikke samtykke, gir ikke samtykke
ingen informasjonskapsler/cookies, avvis*, avslå*, nekt*""",
        no="nei",
        denies="ikke, ikkje, ingen, aldri",
        every="alle, alt",
        save="lagre*, bekreft*",
        withdraw="trekk .. tilbake, trekker .. tilbake, tilbakekall*",
        away="""
innstilling*, *innstillinger, tilpass*, administrer*, alternativ*, preferanse*, mer, flere
detaljer, les, velg, senere, kanskje, vis""",
        stirs="""
beste, bedre, super, perfekt*, optimal*, fantastisk*, flott*, gjerne, glad, elsker, nyt, dessverre
synd""",
        consent="samtykke, samtykket",
        needless="ikke nødvendige, unødvendige",
    ),
    "pt": Stems(
        ("Aceitar tudo", "Rejeitar tudo", "Aceitar", "Rejeitar", "Guardar escolha",
         "Retirar consentimento"),
        accept="""
aceit*, concord*, permit*, autoriz*, consentir, consinto, dou .. consentimento, sim""",
        reject="""
não aceit*/concord*/permit*/autoriz*/consentir/consinto, não dou o meu consentimento, sem aceitar
rejeit*, recus*, negar, nego, declin*""",
        no="não",
        denies="não, nunca, jamais, nenhum, nenhuma, nada",
        every="tudo, todo, toda, todos, todas",
        save="guard*, salvar, salve, confirm*, gravar",
        withdraw="retir*, revog*",
        away="""
definiç*, preferênc*, configur*, gerir, gerenci*, personaliz*, opções, mais, detalhes, saber
informaç*, ler, escolher, depois, talvez, ver""",
        stirs="""
melhor*, perfeit*, ótim*, óptim*, super, fantástic*, adoro, amo, feliz*, aproveit*, desfrut*
claro, infelizmente, pena, por favor""",
        consent="consentimento*",
        needless="não necessários/essenciais/indispensáveis/técnicos, desnecessários",
    ),
    "ro": Stems(
        ("Acceptă tot", "Refuză tot", "Acceptă", "Refuză", "Salvează alegerea",
         "Retrage consimțământul"),
        accept="""
accept*, permit*, de acord, consimt, autoriz*, aprob*, dau .. consimțământul, da""",
        reject="""
nu accept*/permit*/consimt/autoriz*/aprob*, nu sunt de acord, nu îmi dau consimțământul
fără a accepta, fără acceptare, refuz*, resping*, declin*""",
        no="nu",
        denies="nu, niciodată, niciun, nicio, nimic",
        every="tot, toate, toți, toată",
        save="salv*, confirm*, păstr*",
        withdraw="retrag*, revoc*",
        away="""
setăr*, preferinț*, personaliz*, gestion*, administr*, opțiuni, configur*, mai, detalii
informații, afl*, citi*, alege*, târziu, poate, vezi""",
        stirs="""
bun, bună, bune, bine, perfect*, optim*, super, grozav*, fericit*, iubesc, ador, bucur*, sigur
păcate, păcat, vă rog""",
        consent="consimțământ*",
        needless="nu sunt necesare, nenecesare, neesențiale",
    ),
    "sv": Stems(
        ("Acceptera alla", "Avvisa alla", "Acceptera", "Avvisa", "Spara val",
         "Återkalla samtycke"),
        accept="accepter*, godkänn*, tillåt*, samtycker, ge .. samtycke, ja",
        reject="""
acceptera/godkänn/tillåt/accepterar/godkänner/tillåter/samtycker inte/inga/inget
inte acceptera/godkänna/tillåta/samtycka, ge inte samtycke, ger inte samtycke, inga kakor/cookies
avvis*, neka, nekar, avböj*""",
        no="nej",
        denies="inte, inga, ingen, inget, aldrig, ej",
        every="alla, allt",
        save="spara, bekräfta",
        withdraw="återkalla*, dra .. tillbaka, drar .. tillbaka, ta .. tillbaka",
        away="""
inställning*, *inställningar, anpassa, hantera, alternativ, preferens*, mer, fler, detaljer, läs
välj, senare, kanske, visa""",
        stirs="""
bästa, bättre, super, perfekt*, optimal*, fantastisk*, gärna, glad, kul, älskar, njut, tyvärr
synd""",
        consent="samtycke, samtycket, samtycken",
        needless="inte/icke/ej nödvändiga, onödiga",
    ),
}  # fmt: skip
