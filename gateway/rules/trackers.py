"""What needs consent whatever a configuration calls it: names, words, services, cookies (R13).

`gateway.rules.phrases` says how a list is written and read.
"""

from __future__ import annotations

from gateway.rules.cookies import matches
from gateway.rules.phrases import phrases

_TRACKERS = """
google analytics/ads/adsense/tag, doubleclick, facebook pixel, meta pixel, hotjar, criteo, taboola
outbrain, adroll, trade desk, xandr, tiktok, microsoft clarity, microsoft advertising, mixpanel
amplitude, linkedin insight, matomo, piwik, fullstory, mouseflow, appnexus
"""
TRACKERS = phrases(_TRACKERS)
"""Services that follow visitors, whatever a purpose calls itself (R13)."""

NEEDS_CONSENT = phrases(f"""{_TRACKERS}
*marketing*, adverten*, adverter*, advertis*, advert, adverts, ads, adtech, reclame*, affiliate*
ad storage/personali*/user/measure*/targeting/tracking, *targeting, retarget*, doelgroep*
profilering, profileren, profiling, audience*, social/sociale media, socials, tracking, tracker*
statistiek*, *statistieken, statistisch*, statistic*, stats, *analytics, analytisch*, analytical
analyse, analyses, analysis, webanalyse, gebruiksanalyse, bezoekersanalyse, meten, meting, metingen
measuring, measurement*, metrics, bezoekcijfers, bezoekersaantallen, conversiemeting, conversies
a b test*, heatmap*, session recording*, pixel, pixels, telemetr*
""")
"""What the id or name of a purpose may not say when it is not asked for (R13)."""

NEEDS_CONSENT_IN_PROSE = phrases("""
gerichte/persoonlijke/gepersonaliseerde/relevante/passende advertenties/reclame/aanbiedingen
advertenties/reclame . tonen/zien, profilering, *surfgedrag, klikgedrag, bezoekgedrag
bezoekersstatistiek*, bezoekstatistiek*, op andere sites/websites, partnersite*, partnerwebsite*
sites/websites van . partners/derden, sites/websites of . partners, partner site*/website*
bezoekers/bezoeken/gebruikers/klikken/weergaven/paginaweergaven . tellen/telt/volgen/volgt/meten
tellen/telt/volgen/volgt/meten/meet . bezoekers/bezoeken/gebruikers/klikken/weergaven
tellen/volgen/meten van . bezoekers/bezoeken/gebruikers/klikken/weergaven, waarop u/je klikt
wat/waar/waarop u/je/ze/zij/bezoekers/gebruikers .. klikt/klikken/aanklikt/aanklikken
bijhouden/volgen/volgt wat/waar/welke u/je/ze/zij/bezoekers/gebruikers
count/counts/counting/follow*/track*/measur* . visitors/visits/users/clicks/pageviews
what/where/which you/they/visitors/users/people .. click*
follow*/track* what/where/which/how you/they/visitors/users/people
personali*/targeted/relevant/interest ads/advert*/marketing, show* ads, profiling
retarget*, remarket*, browsing behavio*, visitor statistics, on/across other sites/websites
across sites/websites
""")
SPARING = frozenset(
    ("keuze", "keuzes", "gekozen", "koos", "kiest", "toestemming", "geen", "niet", "nooit")
    + ("zonder", "choice", "choices", "chose", "chosen", "choose", "consent", "no", "not")
    + ("never", "without")
)
"""A sentence with one of these tells of a choice, or that something is not done."""

NECESSARY = phrases("""
*noodzakelijk*, essentieel, essentiele, onmisbaar, onmisbare, vereist*, verplicht*, nodig
necessary, essential, essentials, required, mandatory, obligatory, needed
""")
UNNECESSARY = phrases("""
niet . noodzakelijk*/essentieel/essentiele/vereist*/verplicht*/nodig, onnoodzakelijk*
non/not . necessary/essential/essentials/required/mandatory/needed
""")

_TRACKING_COOKIES = """
_ga* _gid _gat* __utm* _dc_gtm_* AMP_* _gac_* _gcl_* __gads __gpi __eoi FPID FPLC FPAU FPGCL*
IDE DSID NID ANID 1P_JAR test_cookie _fbp _fbc fr _hj* _pk_* MATOMO_* piwik* _clck _clsk CLID
MUID MUIDB ANONCHK _uet* li_* bcookie bscookie lidc UserMatchHistory AnalyticsSyncHistory ln_or
hubspotutk __hstc __hssc __hssrc messagesUtk YSC VISITOR_* yt-* vuid _ttp _tt_* _scid* sc_at
_pin_* _pinterest_* _derived_epik _rdt_uuid personalization_id guest_id* muc_ads cto_* uuid2 anj
t_gid taboola* outbrain* obuid __adroll* __kla_id _mkto_trk pardot visitor_id* optimizely* _vwo*
_vis_opt* ajs_* amplitude* mp_* _sp_id* _sp_ses* _parsely* __qca _ym_* yandexuid s_vi s_cc s_sq
AMCV* demdex mbox nmstat umami* plausible* _lfa __insp_* _ce.* sc_is_visitor_unique fs_uid
"""
TRACKING_COOKIES = tuple(_TRACKING_COOKIES.split())
"""Names under which well-known services of measuring and advertising keep an identifier."""


def tracker_meant(declared: str) -> str:
    """The tracking cookie a declared name means or, where it holds a `*`, could mean; else ""."""
    for known in TRACKING_COOKIES:
        if matches(known, declared) or matches(declared, known.replace("*", "")):
            return known
    return ""
