"""The notices that would be published, or what keeps them from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.errors import NoticeError
from gateway.rules.lint import Finding, findings
from gateway.rules.notice import content, publish
from gateway.rules.records import Notice
from gateway.rules.site import Site


def publish_all(
    sites: Sequence[Site], texts: Mapping[str, Mapping[str, str]], script: str, now: int
) -> dict[str, Notice]:
    """The notice each site shows, by the site's id; `script` is the SHA-256 of the banner's code.

    Raises NoticeError when one of them breaks a rule: then none is published.
    """
    for site in sites:
        if found := findings(site, texts):
            raise _refused(site, found)
    return {
        site.id: publish(content(site, texts, script, _siblings(site, sites)), now)
        for site in sites
    }


def _siblings(site: Site, sites: Sequence[Site]) -> list[Mapping[str, str]]:
    """What the sites are called that take over a choice; its own other addresses by their host."""
    names: list[Mapping[str, str]] = [
        one.names for one in sites if one.id in site.siblings and one is not site
    ]
    if site.id in site.siblings:
        hosts = dict.fromkeys(origin.partition("://")[2] for origin in site.origins)
        names += [{site.languages[0]: host} for host in hosts]
    return names


def _refused(site: Site, found: Sequence[Finding]) -> NoticeError:
    lines = [f"  {one.rule} {one.place}: {one.what}\n     -> {one.mend}" for one in found]
    return NoticeError(
        "\n".join([f"the notice of {site.id} cannot be published as it is:", *lines]),
        hint="mend these and run `gateway check`; docs/configuration.md says what each rule asks",
    )
