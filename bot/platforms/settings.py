"""The settings of live platforms: `[platforms]`, and a section of its own for each connector."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueskySettings:
    """`[platforms.bluesky]`. `url` and `fallback_url` are AppViews, `directory_url` a PLC directory.

    `stream_url` and `stream_fallback_url` are addresses of Jetstream, which tell the same.
    """

    enabled: bool = False
    url: str = "https://public.api.bsky.app"
    fallback_url: str = "https://api.bsky.app"
    directory_url: str = "https://plc.directory"
    stream: bool = False
    stream_url: str = "wss://jetstream2.us-east.bsky.network/subscribe"
    stream_fallback_url: str = "wss://jetstream1.us-west.bsky.network/subscribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class FediverseSettings:
    """`[platforms.fediverse]`. Which servers are asked follows from the accounts.

    `stream_servers`: `host=token` or `host@streaming-host=token`, with spaces between several.
    """

    enabled: bool = False
    stream_servers: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """`[platforms.telegram]`: the public preview of channels, for everybody and without a key."""

    enabled: bool = False
    url: str = "https://t.me"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebsiteSettings:
    """`[platforms.website]`. Front pages and feeds; their marks are a matter of `masthead sites`."""

    enabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class YouTubeSettings:
    """`[platforms.youtube]`. `key` is an API key of the owner's, `units_per_day` its quota."""

    enabled: bool = False
    key: str = field(default="", repr=False)
    url: str = "https://www.googleapis.com"
    units_per_day: int = field(default=10_000, metadata={"min": 1, "max": 100_000_000})


@dataclass(frozen=True, slots=True, kw_only=True)
class XSettings:
    """`[platforms.x]`. `token` is the app's bearer token; limits are in US dollars and posts."""

    enabled: bool = False
    token: str = field(default="", repr=False)
    url: str = "https://api.x.com"
    usd_per_month: int = field(default=5, metadata={"min": 0, "max": 100_000})
    posts: int = field(default=100, metadata={"min": 5, "max": 3_200})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformsConfig:
    """`[platforms]`: what holds for all of them. Times are in seconds."""

    # A URL or mail address of whoever runs this; goes into the User-Agent.
    contact: str = ""
    # How long a card waits for live data before it is shown with what there is.
    wait_s: int = field(default=8, metadata={"min": 0, "max": 60})
    # How long fetching may go on after that.
    rest_s: int = field(default=120, metadata={"min": 1, "max": 600})
    posts: int = field(default=1_000, metadata={"min": 1, "max": 10_000})
    # Followers and follows of one account that are read for the officials check; 0 reads none.
    accounts: int = field(default=1_000, metadata={"min": 0, "max": 50_000})
    # The most days that raw answers are kept; some platforms' terms make it fewer.
    keep_raw_days: int = field(default=14, metadata={"min": 0, "max": 365})
    requests_per_hour: int = field(default=6_000, metadata={"min": 1, "max": 1_000_000})
    requests_per_server_hour: int = field(default=1_500, metadata={"min": 1, "max": 1_000_000})
    # Web sites whose marks are looked at within 24 hours, on request.
    sites_per_day: int = field(default=500, metadata={"min": 0, "max": 100_000})
    bluesky: BlueskySettings = BlueskySettings()
    fediverse: FediverseSettings = FediverseSettings()
    telegram: TelegramSettings = TelegramSettings()
    website: WebsiteSettings = WebsiteSettings()
    youtube: YouTubeSettings = YouTubeSettings()
    x: XSettings = XSettings()


NO_PLATFORMS = PlatformsConfig()
