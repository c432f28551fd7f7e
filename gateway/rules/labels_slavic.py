"""The words of buttons in Bulgarian, Czech, Croatian, Polish, Slovak, Slovenian and Ukrainian, as
data. `Stems` says what each list is for."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.rules.labels_stems import Stems

STEMS: Mapping[str, Stems] = {
    "bg": Stems(
        ("Приемане на всички", "Отхвърляне на всички", "Приемане", "Отхвърляне",
         "Запазване на избора", "Оттегляне на съгласието"),
        accept="""
прием*, съгласен, съгласна, съгласни, съгласявам, давам .. съгласие, разреш*, позвол*, да""",
        reject="""
не прием*/разреш*/позвол*, не съм съгласен/съгласна, не се съгласявам, не давам съгласие
без приемане, без съгласие, отхвърл*, отказ*, откаж*, забран*""",
        no="не",
        denies="не, никога, никакви, нищо",
        every="всички, всичко, всичките",
        save="запаз*, запис*, потвърд*, съхран*",
        withdraw="оттегл*",
        away="""
настройк*, предпочитан*, персонализ*, управл*, опции, още, повече, подробности, информация
научете, прочетете, изберете, избиране, по късно, може би""",
        stirs="""
най добр*, по добр*, перфект*, супер, страхотн*, оптимал*, удоволствие, радвам*, наслад*, обичам
щастлив*, съжаление, жалко, моля""",
        consent="съгласи*",
        needless="ненужни*, незадължителни*, не са необходими",
    ),
    "cs": Stems(
        ("Přijmout vše", "Odmítnout vše", "Přijmout", "Odmítnout", "Uložit volbu",
         "Odvolat souhlas"),
        accept="""
přijmout, přijímám, přijmu, přijmi, přijměte, přijetí, souhlasím, souhlasit, povol*
udělit/uděluji/dát/dávám souhlas, ano""",
        reject="""
nepřijmout, nepřijímám, nepřijímat, nesouhlas*, nepovol*, neudělit/neuděluji/nedávám souhlas
bez souhlasu/přijetí, odmít*, zamít*, odepřít""",
        no="ne",
        denies="ne, nikdy, nic, žádné, žádný",
        every="vše, všechno, všechny, všechna, vším, všem, všemi",
        save="ulož*, potvr*, zachovat",
        withdraw="odvol*, vzít zpět, stáhnout, zrušit",
        away="""
nastav*, předvol*, přizpůsob*, sprav*, možnosti, upravit, více, podrobnosti, detaily, informace
číst, vybrat, později, možná, zobrazit""",
        stirs="""
nejlep*, lepší, lépe, perfekt*, skvěl*, super, optimál*, rád, ráda, užij*, miluj*, šťast*, jasně
bohužel, škoda, prosím""",
        consent="souhlas, souhlasu, souhlasy",
    ),
    "hr": Stems(
        ("Prihvati sve", "Odbij sve", "Prihvati", "Odbij", "Spremi odabir", "Povuci privolu"),
        accept="""
prihva*, dopust*, dopušt*, slažem se, suglasan, suglasna, pristaj*, dajem .. privolu, da""",
        reject="""
ne prihva*/dopust*/dopušt*/pristaj*, ne slažem se, nisam suglasan/suglasna, ne dajem privolu
bez prihvaćanja, bez privole, odbij*, odbi, odbac*, uskrat*""",
        no="ne",
        denies="ne, nikad, nikada, nemoj, nemojte, ništa",
        every="sve, svih, svim, svima",
        save="sprem*, potvr*, pohran*",
        withdraw="povuci, povucite, povuć*, povlač*, opozov*",
        away="""
postavk*, prilagod*, upravlja*, opcij*, više, detalj*, pojedinosti, informacij*, pročitaj*
saznaj*, odaberi, kasnije, možda, prikaži""",
        stirs="""
najbolj*, bolje, bolji, bolju, savršen*, super, odličn*, optimaln*, rado, uživa*, volim, sretan
sretni, naravno, nažalost, šteta, molim""",
        consent="privol*, suglasnost*",
        needless="nisu nužni/neophodni, neobavezne, ne nužne",
    ),
    "pl": Stems(
        ("Zaakceptuj wszystkie", "Odrzuć wszystkie", "Zaakceptuj", "Odrzuć", "Zapisz wybór",
         "Wycofaj zgodę"),
        accept="""
akcept*, zaakcept*, zgadzam, zezw*, wyraź .. zgodę, wyrażam .. zgodę, zgoda, przyjm*, tak""",
        reject="""
nie zgadzam, nie akcept*/zaakcept*/zezw*/przyjm*, nie wyrażam zgody, brak zgody
bez zgody/akceptacji, odrzu*, odmow*, odmów, odmaw*""",
        no="nie",
        denies="nie, nigdy, nic, żadnych",
        every="wszystkie, wszystko, wszystkich, wszystkim",
        save="zapis*, zachow*, potwierd*, zatwierd*",
        withdraw="wycof*, cofn*, cofam, odwoł*",
        away="""
ustaw*, preferencj*, dostosuj*, zarządz*, opcj*, szczegół*, więcej, informacj*, czytaj, wybierz
później, może, pokaż""",
        stirs="""
najleps*, lepsz*, lepiej, idealn*, świetn*, super, optymaln*, chętnie, ciesz*, korzystaj, kocham
uwielbiam, szczęśliw*, jasne, pewnie, niestety, szkoda, proszę""",
        consent="zgodę, zgody, zgód",
        needless="nie są niezbędne/konieczne, niekonieczne",
    ),
    "sk": Stems(
        ("Prijať všetko", "Odmietnuť všetko", "Prijať", "Odmietnuť", "Uložiť voľbu",
         "Odvolať súhlas"),
        accept="""
prija*, prijm*, prijím*, súhlasím, súhlasiť, povol*, akcept*, udeliť/udeľujem/dávam súhlas, áno""",
        reject="""
neprija*, neprijm*, neprijím*, nesúhlas*, nepovol*, neakcept*, neudeliť/neudeľujem/nedávam súhlas
bez súhlasu/prijatia, odmiet*, zamiet*""",
        no="nie",
        denies="nie, nikdy, nič, žiadne",
        every="všetko, všetky, všetkých, všetkým",
        save="ulož*, potvrd*",
        withdraw="odvol*, zruš*, stiahnuť, vziať späť",
        away="""
nastav*, predvoľ*, prispôsob*, sprav*, možnosti, upraviť, viac, podrobnosti, detaily, informácie
čítať, vybrať, neskôr, možno, zobraziť""",
        stirs="""
najlep*, lepš*, perfekt*, skvel*, super, optimál*, rád, rada, užite, milujem, šťast*, jasné, žiaľ
bohužiaľ, škoda, prosím""",
        consent="súhlas, súhlasu, súhlasy",
    ),
    "sl": Stems(
        ("Sprejmi vse", "Zavrni vse", "Sprejmi", "Zavrni", "Shrani izbiro", "Prekliči privolitev"),
        accept="""
sprejm*, sprejem*, strinja*, dovol*, soglaš*, omogoč*, privolim, privoljujem, da""",
        reject="""
ne sprejm*/sprejem*/strinja*/dovol*/soglaš*/privolim/privoljujem, brez sprejema/privolitve
zavrn*, zavrač*, odkloni*, odklanja*, prepove*""",
        no="ne",
        denies="ne, nikoli, nič, nobenih",
        every="vse, vseh, vsem, vsemi",
        save="shrani*, potrd*",
        withdraw="prekli*, umakn*",
        away="""
nastavit*, prilagod*, upravlja*, možnost*, podrobnost*, več, informacij*, preberi*, izberi*
pozneje, kasneje, morda, prikaži""",
        stirs="""
najbolj*, boljš*, bolje, popoln*, super, odličn*, optimaln*, rad, rada, uživaj*, ljubim, srečn*
seveda, žal, škoda, prosim""",
        consent="privolit*, soglasj*",
        needless="nenujne, nenujnih, niso nujni, ne nujne",
    ),
    "uk": Stems(
        ("Прийняти всі", "Відхилити всі", "Прийняти", "Відхилити", "Зберегти вибір",
         "Відкликати згоду"),
        accept="""
прийня*, прийма*, погодж*, дозвол*, згоден, згодна, надати/надаю згоду, даю .. згоду, так""",
        reject="""
не прийма*/прийня*/погодж*/дозвол*/згоден/згодна, не даю згоди, не надаю згоди, без згоди
відхил*, відмов*, заборон*""",
        no="ні",
        denies="не, ніколи, нічого, ніяких, жодних",
        every="всі, усі, все, усе, всього, всіх, усіх",
        save="зберег*, збереж*, підтверд*",
        withdraw="відклик*",
        away="""
налаштув*, параметр*, керува*, опції, уподобан*, більше, докладніше, детальніше, деталі
інформаці*, читати, вибрати, пізніше, можливо, показати""",
        stirs="""
найкращ*, краще, кращий, кращого, ідеальн*, чудов*, супер, оптимальн*, радо, залюбки, насолод*
люблю, щасли*, звичайно, жаль, шкода, будь ласка""",
        consent="згоду, згоди, згода",
        needless="не обов’язкові, необов’язкові, не необхідні",
    ),
}  # fmt: skip
