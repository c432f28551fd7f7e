"""The words of buttons in Arabic, Greek, Estonian, Finnish, Irish, Hungarian, Lithuanian, Latvian,
Maltese and Turkish, as data. `Stems` says what each list is for."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.rules.labels_stems import Stems

STEMS: Mapping[str, Stems] = {
    "ar": Stems(
        ("قبول الكل", "رفض الكل", "قبول", "رفض", "حفظ الاختيار", "سحب الموافقة"),
        accept="""
قبول, القبول, أقبل, موافق, موافقة, الموافقة, أوافق, وافق, السماح, سماح, أسمح, اسمح, نعم""",
        reject="""
عدم القبول/قبول/الموافقة/موافقة/السماح, لا أقبل/أوافق/أسمح, غير موافق, بدون موافقة, دون موافقة
رفض, الرفض, أرفض, ارفض, منع""",
        no="لا",
        denies="لا, عدم, غير, بدون, دون, لن, لم",
        every="الكل, الجميع, جميع, كل, كافة",
        save="حفظ, احفظ, تأكيد, أكد",
        withdraw="سحب, اسحب, أسحب, إلغاء",
        away="""
إعدادات, الإعدادات, تفضيلات, التفضيلات, تخصيص, إدارة, خيارات, الخيارات, المزيد, تفاصيل, التفاصيل
معلومات, اقرأ, اختر, لاحقا, ربما, عرض""",
        stirs="""
أفضل, الأفضل, رائع*, مثالي*, ممتاز*, مذهل*, يسعدني, بكل سرور, استمتع, أحب, للأسف, من فضلك""",
        consent="موافقة, الموافقة, موافقتي, موافقتك",
        needless="غير ضروري*/الضروري*/أساسي*/الأساسي*/لازم*/اللازم*",
    ),
    "el": Stems(
        ("Αποδοχή όλων", "Απόρριψη όλων", "Αποδοχή", "Απόρριψη", "Αποθήκευση επιλογής",
         "Ανάκληση συγκατάθεσης"),
        accept="""
αποδοχή, αποδέχομαι, αποδεχτ*, αποδεχθ*, δέχομαι, συμφωνώ, συμφωνία, συναινώ, επιτρέπ*, επιτραπ*
δίνω .. συγκατάθεση*, ναι""",
        reject="""
δεν αποδέχομαι/δέχομαι/συμφωνώ/συναινώ/επιτρέπ*, δεν δίνω συγκατάθεση, να μην επιτραπ*
χωρίς αποδοχή/συγκατάθεση, απόρρι*, απορρί*, άρνηση, αρνούμαι""",
        no="όχι",
        denies="δεν, μη, μην, ποτέ, τίποτα",
        every="όλων, όλα, όλες, όλους",
        save="αποθήκευση, αποθηκεύ*, επιβεβαί*",
        withdraw="ανάκληση, ανακαλ*",
        away="""
ρυθμίσ*, προτιμήσ*, προσαρμογή, προσαρμόσ*, διαχείριση, επιλογές, περισσότερ*, λεπτομέρειες
πληροφορίες, διαβάστε, επιλέξτε, αργότερα, ίσως, προβολή""",
        stirs="""
καλύτερ*, τέλει*, υπέροχ*, σούπερ, βέλτιστ*, ευχαρίστως, χαρά, απολαύσ*, αγαπώ, φυσικά, δυστυχώς
κρίμα, παρακαλ*""",
        consent="συγκατάθεσ*, συγκαταθέσ*, συναίνεσ*",
        needless="μη απαραίτητ*/αναγκαί*/βασικ*",
    ),
    "et": Stems(
        ("Nõustu kõigiga", "Keeldu kõigist", "Nõustu", "Keeldu", "Salvesta valik",
         "Võta nõusolek tagasi"),
        accept="nõustu*, luba, luban, lubage, aktsepteeri*, olen nõus, annan nõusoleku, jah",
        reject="""
ei nõustu*/luba/aktsepteeri*, ära luba/nõustu, ei ole nõus, pole nõus, ei anna nõusolekut
nõustumata, nõusolekuta, keeldu*, keela*, lükka tagasi, lükka kõik tagasi, lükkan tagasi""",
        no="ei",
        denies="ei, ära, ärge, mitte, pole, kunagi",
        every="kõik, kõigiga, kõigist, kõiki, kõigega, kõigest",
        save="salvesta*, kinnita*",
        withdraw="võta .. tagasi, võtan .. tagasi, tühista",
        away="""
seade*, sätte*, sätted, eelistus*, kohanda*, halda*, valikud, rohkem, lisateave, üksikasja*, teave
loe, vali, hiljem, võib olla, näita""",
        stirs="""
parim*, parem*, täiusli*, super, suurepära*, optimaal*, meelsasti, hea meelega, naudi*, armastan
rõõm*, muidugi, kahjuks, kahju, palun""",
        consent="nõusolek*",
        needless="mitte vajalikud/vajalikest, mittevajalikud",
    ),
    "fi": Stems(
        ("Hyväksy kaikki", "Hylkää kaikki", "Hyväksy", "Hylkää", "Tallenna valinta",
         "Peruuta suostumus"),
        accept="hyväksy*, salli*, suostu, suostun, annan .. suostumuk*, kyllä",
        reject="""
älä hyväksy/salli, en hyväksy/salli/suostu, ei hyväksytä/sallita, hyväksymättä, sallimatta
hylkä*, hylkää*, kieltäydy*, kieltäyty*, kiellä*, estä*, torju*""",
        no="ei",
        denies="ei, en, älä, älkää",
        every="kaikki, kaikkia, kaikista, kaiken",
        save="tallenna*, vahvista*",
        withdraw="peru, perun, peruuta*",
        away="""
asetu*, *asetukset, mukauta*, muokkaa*, hallitse*, hallinnoi*, vaihtoehdot, lisää, lisätietoja
tiedot, lue, valitse, myöhemmin, ehkä, näytä""",
        stirs="""
paras, parasta, paremp*, parhaa*, täydelli*, super, mahtava*, optimaal*, mielellä*, nauti*
rakastan, iloi*, totta kai, valitettavasti, harmi""",
        consent="suostumu*",
        needless="ei välttämättömät, ei pakolliset",
    ),
    "ga": Stems(
        ("Glac le gach fianán", "Diúltaigh do gach fianán", "Glac leo", "Diúltaigh dóibh",
         "Sábháil do rogha", "Tarraing do thoiliú siar"),
        accept="glac*, aontaím, aontaigh, ceadaigh, ceadaím, toilím, tugaim .. toiliú",
        reject="""
ná glac*/ceadaigh, ní ghlacaim/aontaím/cheadaím/thoilím, ní thugaim toiliú, gan glacadh
gan toiliú, diúlt*""",
        no="ní hea",
        denies="ná, ní, níor, níl",
        every="gach, uile",
        save="sábháil*, deimhnigh",
        withdraw="tarraing .. siar, tarraingím .. siar, aistarraing*",
        away="""
socruithe, roghanna, bainisti*, saincheap*, tuilleadh, níos mó, mionsonraí, eolas, léigh
roghnaigh, ar ball, níos déanaí, taispeáin""",
        stirs="""
fearr, foirfe, iontach, thar barr, taitneamh, áthas, grá, drochuair, trua, le do thoil""",
        consent="toiliú, thoiliú, dtoiliú",
        needless="nach bhfuil riachtanach, neamhriachtanach*",
    ),
    "hu": Stems(
        ("Az összes elfogadása", "Az összes elutasítása", "Elfogadás", "Elutasítás",
         "Választás mentése", "Hozzájárulás visszavonása"),
        accept="elfogad*, engedélyez*, hozzájárulok, egyetért*, beleegyez*, igen",
        reject="""
nem fogad*/engedélyez*/járulok/értek/egyezem, elfogadás nélkül, hozzájárulás nélkül
elutasít*, visszautasít*, utasít*, letilt*, tilt*""",
        no="nem",
        denies="nem, ne, soha, semmit",
        every="összes, mind, mindent, mindet, mindegyik*, minden",
        save="mentés*, mentem, megerősít*",
        withdraw="visszavon*",
        away="""
beállítás*, *beállítások, testreszab*, kezelés*, lehetőség*, opciók, több, további, részlet*
információ*, tovább, válasszon, később, talán, megtekint*""",
        stirs="""
legjobb*, jobb, jobbat, jobban, tökéletes*, szuper*, remek*, optimális*, szívesen, örömmel, élvez*
szeretem, boldog*, persze, sajnos, kár, kérem""",
        consent="hozzájárulás*, beleegyezés*",
        needless="nem szükséges*/kötelező*/feltétlenül",
    ),
    "lt": Stems(
        ("Priimti visus", "Atmesti visus", "Priimti", "Atmesti", "Išsaugoti pasirinkimą",
         "Atšaukti sutikimą"),
        accept="""
priim*, sutinku, sutikti, leisti, leidžiu, leiskite, patvirtin*, duoti/duodu sutikimą, taip""",
        reject="""
nepriim*, nesutink*, nesutikti, neleis*, neleidžiu, neduoti/neduodu sutikimo, be sutikimo
atmes*, atmet*, atsisak*, uždraus*""",
        no="ne",
        denies="ne, niekada, nieko, jokių",
        every="visus, visi, viską, visais, visų, visiems, visas",
        save="išsaug*, patvirtin*, įraš*",
        withdraw="atšauk*",
        away="""
nustaty*, nuostat*, parinkt*, tvarky*, pritaiky*, valdy*, daugiau, išsamiau, informacij*, skaity*
pasirinkti, rinktis, vėliau, galbūt, rodyti""",
        stirs="""
geriaus*, geresn*, geriau, tobul*, puik*, super, optimal*, mielai, mėgau*, myliu, džiaug*
žinoma, deja, gaila, prašom, prašau""",
        consent="sutikim*",
        needless="nebūtin*, ne būtin*",
    ),
    "lv": Stems(
        ("Pieņemt visas", "Noraidīt visas", "Pieņemt", "Noraidīt", "Saglabāt izvēli",
         "Atsaukt piekrišanu"),
        accept="""
pieņem*, piekrīt*, piekrist, atļau*, apstiprin*, akceptē*, dot/dodu piekrišanu, jā""",
        reject="""
nepieņem*, nepiekrīt*, nepiekrist, neatļau*, neakceptē*, bez piekrišanas, noraid*, atteik*, atsak*
aizlieg*""",
        no="nē",
        denies="ne, nekad, neko, nekādas",
        every="visas, visus, visu, visām, visiem, visam",
        save="saglabā*, apstiprin*",
        withdraw="atsauk*",
        away="""
iestatījum*, preferenc*, pielāgo*, pārvald*, opcij*, vairāk, sīkāk, informācij*, lasīt
izvēlēties, vēlāk, varbūt, rādīt, detaļ*""",
        stirs="""
vislab*, labāk*, labs, laba, perfekt*, ideāl*, lielisk*, super, optimāl*, labprāt, izbaud*, mīlu
prieks, priecīg*, protams, diemžēl, žēl, lūdzu""",
        consent="piekrišan*",
        needless="nav nepieciešam*, neobligāt*",
    ),
    "mt": Stems(
        ("Aċċetta kollox", "Irrifjuta kollox", "Aċċetta", "Irrifjuta", "Issejvja l-għażla",
         "Irtira l-kunsens"),
        accept="""
aċċetta, aċċettazzjoni, naċċetta, naċċettahom, aċċettahom, naqbel, aqbel, ippermetti, nippermetti
nagħti .. kunsens, iva""",
        reject="""
ma naċċetta*, ma naqbilx, ma nippermetti*, taċċetta*, tippermettix, bla kunsens, mingħajr kunsens
irrifjut*, nirrifjuta*, iċħad*, niċħad*""",
        no="le",
        denies="ma, mhux, qatt, xejn",
        every="kollox, kollha",
        save="issejvja*, aħżen, ikkonferma*",
        withdraw="irtira*, nirtira*, irrevoka*",
        away="""
issettjar, settings, preferenz*, ippersonalizza*, immaniġġja*, għażliet, aktar, iktar, dettalji
informazzjoni, aqra, agħżel, wara, forsi, uri""",
        stirs="""
aħjar, perfett*, super, fantastik*, ottim*, pjaċir, tgawdi, gawdi, inħobb, kuntent*
sfortunatament, ħasra, jekk jogħġbok""",
        consent="kunsens*",
        needless="mhux neċessarj*/essenzjal*/meħtieġ*",
    ),
    "tr": Stems(
        ("Tümünü kabul et", "Tümünü reddet", "Kabul et", "Reddet", "Seçimi kaydet",
         "Rızayı geri al"),
        # The denial is a syllable of the verb: no form of it may stand for another.
        accept="""
kabul et/edin/ediyorum/etmek, kabul, izin ver/verin/veriyorum, onayla, onaylayın, onaylıyorum
rıza ver/veriyorum, evet""",
        reject="""
kabul etme/etmeyin/etmiyorum/etmeden, izin verme/vermeyin/vermiyorum, onaylama, onaylamıyorum
rıza vermiyorum, reddet, reddedin, reddediyorum, reddetmek, ret, engelle""",
        no="hayır",
        denies="değil, asla, hiçbir",
        every="tümünü, tümüne, tüm, hepsini, hepsine, bütün",
        save="kaydet*, sakla*, onayla, onaylayın",
        withdraw="geri al*, geri çek*, iptal et",
        away="""
ayar*, tercih*, özelleştir*, yönet*, seçenek*, daha, fazla, ayrıntı*, detay*, bilgi, oku, seç
sonra, belki, göster""",
        stirs="""
en iyi, daha iyi, harika*, mükemmel*, süper, optimal, memnuniyetle, keyfini, seviyorum, mutlu*
tabii, elbette, maalesef, ne yazık, lütfen""",
        consent="rıza*, onay, onayı*, onayım*",
    ),
}  # fmt: skip
