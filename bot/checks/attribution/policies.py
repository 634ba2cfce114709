"""When which platform labelled state media, by public reports. What is not here is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.accounts import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One labelling policy, in force from `since` to the day before `until`; None: no end is known.

    `scope` says whom it covers, as the end of "the platform labels …".
    """

    platform: Platform
    since: date
    until: date | None
    scope: str
    title: str
    publisher: str
    url: str


POLICIES = (
    Policy(
        platform=Platform.X,
        since=date(2020, 8, 6),
        until=date(2023, 4, 21),
        scope="state-affiliated media, first of the five permanent members of the UN Security Council",
        title="Twitter removes 'state-affiliated media' tags for some accounts (21 April 2023)",
        publisher="Reuters",
        url="https://www.nasdaq.com/articles/twitter-removes-state-affiliated-media-tags-for-some-accounts",
    ),
    Policy(
        platform=Platform.FACEBOOK,
        since=date(2020, 6, 4),
        until=None,
        scope="media under the editorial control of their government, in its own judgement",
        title="Facebook slaps labels on state-controlled media (5 June 2020)",
        publisher="Seeking Alpha",
        url="https://seekingalpha.com/news/3580672-facebook-slaps-labels-on-state-controlled-media",
    ),
    Policy(
        platform=Platform.INSTAGRAM,
        since=date(2020, 10, 5),
        until=None,
        scope="media under the editorial control of their government, in its own judgement",
        title="Instagram rolls out “state-controlled media” labels (October 2020)",
        publisher="PhoneArena",
        url="https://phonearena.com/news/Instagram-rolls-out-state-controlled-media-labels_id127610",
    ),
    Policy(
        platform=Platform.YOUTUBE,
        since=date(2018, 2, 2),
        until=None,
        scope="news broadcasters with government or public funding, below videos and not in every country",
        title="YouTube to start labeling videos posted by state-funded media (2 February 2018)",
        publisher="CNN",
        url="https://money.cnn.com/2018/02/02/media/youtube-state-funded-media-label/index.html",
    ),
    Policy(
        platform=Platform.TIKTOK,
        since=date(2023, 1, 18),
        until=None,
        scope="state-affiliated media in some forty countries",
        title="TikTok expands labels for state media content (19 January 2023)",
        publisher="The Hill",
        url="https://thehill.com/policy/technology/3819653-tiktok-expands-labels-for-state-media-content/",
    ),
)


def policies_of(platform: Platform) -> tuple[Policy, ...]:
    """Return a platform's policies, oldest first; none means that nothing is known."""
    return tuple(policy for policy in POLICIES if policy.platform is platform)


def in_force(policies: Sequence[Policy], on: date) -> Policy | None:
    """Return the policy that held on a day."""
    return next(
        (each for each in policies if each.since <= on and (each.until is None or on < each.until)), None
    )
