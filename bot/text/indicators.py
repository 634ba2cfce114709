"""What ties web sites together: one table of the marks that a page carries, with tier and source of each.

The tiers follow the Information Laundromat (github.com/ASD-at-GMF/disinfo-laundromat). Tier 1 is given to one
operator by whoever issues it; tier 2 supports; tier 3 is weak and never enough; a credit names who built a
site, which is not who has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Tier(StrEnum):
    """How much one shared value says, were it rare."""

    OPERATOR = "operator"
    SUPPORTING = "supporting"
    WEAK = "weak"
    DEVELOPER = "developer"


class Mark(StrEnum):
    """A kind of value that several sites can share. The values of two kinds never meet."""

    GOOGLE_ANALYTICS = "google_analytics"
    GA4 = "ga4"
    TAG_MANAGER = "tag_manager"
    GOOGLE_ADS = "google_ads"
    ADSENSE = "adsense"
    BAIDU_TONGJI = "baidu_tongji"
    YANDEX_METRICA = "yandex_metrica"
    META_PIXEL = "meta_pixel"
    CNZZ = "cnzz"
    LA51 = "la51"
    HOTJAR = "hotjar"
    CLARITY = "clarity"
    MATOMO = "matomo"
    VERIFICATION = "verification"
    ICP = "icp"
    POLICE = "police"
    ANDROID_APP = "android_app"
    IOS_APP = "ios_app"
    FACEBOOK_APP = "facebook_app"
    CERTIFICATE_KEY = "certificate_key"
    CERTIFICATE_NAME = "certificate_name"
    FAVICON = "favicon"
    GENERATOR = "generator"
    DEVELOPER = "developer"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkKind:
    """What is known of a kind: its tier, its name in a sentence, and where it is described."""

    tier: Tier
    words: str
    source: str


_GOOGLE_TAG = "https://developers.google.com/tag-platform/devguides/existing"
_VERIFY = "https://developer.yoast.com/features/integrations/site-connections"
_APP_LINKS = "https://developers.facebook.com/docs/applinks/metadata-reference"

KINDS = MappingProxyType(
    {
        Mark.GOOGLE_ANALYTICS: MarkKind(
            tier=Tier.OPERATOR,
            words="Universal Analytics account",
            source="https://developers.google.com/analytics/devguides/collection/analyticsjs",
        ),
        Mark.GA4: MarkKind(tier=Tier.OPERATOR, words="Google Analytics 4 id", source=_GOOGLE_TAG),
        Mark.TAG_MANAGER: MarkKind(
            tier=Tier.OPERATOR,
            words="Tag Manager container",
            source="https://developers.google.com/tag-platform/tag-manager/web",
        ),
        Mark.GOOGLE_ADS: MarkKind(tier=Tier.OPERATOR, words="Google Ads id", source=_GOOGLE_TAG),
        Mark.ADSENSE: MarkKind(
            tier=Tier.OPERATOR,
            words="AdSense publisher id",
            source="https://support.google.com/adsense/answer/105516",
        ),
        Mark.BAIDU_TONGJI: MarkKind(
            tier=Tier.OPERATOR, words="Baidu Tongji id", source="https://tongji.baidu.com/web/help"
        ),
        Mark.YANDEX_METRICA: MarkKind(
            tier=Tier.OPERATOR,
            words="Yandex Metrica counter",
            source="https://yandex.com/support/metrica/general/creating-counter.html",
        ),
        Mark.META_PIXEL: MarkKind(
            tier=Tier.OPERATOR,
            words="Meta Pixel id",
            source="https://developers.facebook.com/docs/meta-pixel/get-started",
        ),
        Mark.CNZZ: MarkKind(tier=Tier.OPERATOR, words="CNZZ counter", source="https://www.cnzz.com"),
        Mark.LA51: MarkKind(tier=Tier.OPERATOR, words="51.la counter", source="https://www.51.la"),
        Mark.HOTJAR: MarkKind(tier=Tier.OPERATOR, words="Hotjar site id", source="https://help.hotjar.com"),
        Mark.CLARITY: MarkKind(
            tier=Tier.OPERATOR,
            words="Clarity project id",
            source="https://learn.microsoft.com/clarity/setup-and-installation/clarity-setup",
        ),
        Mark.MATOMO: MarkKind(
            tier=Tier.OPERATOR,
            words="Matomo tracker",
            source="https://developer.matomo.org/guides/tracking-javascript-guide",
        ),
        Mark.VERIFICATION: MarkKind(tier=Tier.OPERATOR, words="verification tag", source=_VERIFY),
        Mark.ICP: MarkKind(tier=Tier.OPERATOR, words="ICP number", source="https://beian.miit.gov.cn"),
        Mark.POLICE: MarkKind(
            tier=Tier.OPERATOR, words="police filing number", source="https://beian.mps.gov.cn"
        ),
        Mark.ANDROID_APP: MarkKind(tier=Tier.SUPPORTING, words="Android app", source=_APP_LINKS),
        Mark.IOS_APP: MarkKind(tier=Tier.SUPPORTING, words="iOS app", source=_APP_LINKS),
        Mark.FACEBOOK_APP: MarkKind(
            tier=Tier.SUPPORTING,
            words="Facebook app or page id",
            source="https://developers.facebook.com/docs/sharing/webmasters",
        ),
        Mark.CERTIFICATE_KEY: MarkKind(
            tier=Tier.OPERATOR,
            words="key of the TLS certificate",
            source="https://www.rfc-editor.org/rfc/rfc5280",
        ),
        Mark.CERTIFICATE_NAME: MarkKind(
            tier=Tier.OPERATOR,
            words="name on the TLS certificate",
            source="https://www.rfc-editor.org/rfc/rfc5280",
        ),
        Mark.FAVICON: MarkKind(
            tier=Tier.SUPPORTING, words="icon", source="https://blog.shodan.io/deep-dive-http-favicon/"
        ),
        Mark.GENERATOR: MarkKind(
            tier=Tier.WEAK,
            words="publishing software",
            source="https://html.spec.whatwg.org/multipage/semantics.html#meta-generator",
        ),
        Mark.DEVELOPER: MarkKind(
            tier=Tier.DEVELOPER,
            words="developer credit",
            source="MIT Technology Review, China Report, July 2023 (36 sites of one developer)",
        ),
    }
)
