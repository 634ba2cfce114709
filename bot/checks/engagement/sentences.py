"""What the engagement checks say: a part of `bot.checks.sentences`, in the same markup.

Figures and how they were come by; nothing here speaks of a state, and low reach is low reach.
"""

from __future__ import annotations

from types import MappingProxyType

LABELS = MappingProxyType(
    {
        "check.counts": "how counts were obtained",
        "check.output_against_audience": "output against audience",
        "check.engagement_rate": "engagement rate",
        "check.reference_cohort": "accounts of its size",
        "check.low_reach": "low reach",
        "check.growth": "growth",
        "check.spikes": "spikes",
        "check.amplifiers": "amplifiers",
        "check.fast_reshares": "fast reshares",
        "check.co_amplifiers": "co-amplifiers",
        "check.rhythm": "rhythm",
    }
)

SENTENCES = MappingProxyType(
    {
        "reason.few originals": "{n} of {needed} original posts",
        "reason.few days": "the posts held cover {n} of {needed} days",
        "reason.followers missing": "the follower count is not held or not reported",
        "reason.followers negative": "the source gave a negative follower count, which is not used",
        "reason.followers impossible": (
            "the source gave a follower count above the number of people, which is not used"
        ),
        "reason.followers contradicted": (
            "the source reports 0 followers and 0 posts of an account whose posts are held, which is not used"
        ),
        "engagement.not assessed": "Not assessed: {reasons}.",
        # How counts were obtained.
        "counts.held": "Counts: {kinds} on {n} of {of} original posts{profile}.{notes}",
        "counts.profile": "; followers from {source} on {on}",
        "counts.rejected": "Not used: {parts}.",
        "counts.negative": "{posts} with a negative count",
        "counts.impossible": "{posts} with more than there are people",
        "counts.early": "{posts} counted before publication",
        "counts.hidden": "Not reported: {parts}.",
        "counts.hidden kind": "{kind} on {n}",
        "counts.rounded": "Rounded by the platform: {parts}.",
        "counts.rounded posts": "the counts of {posts}",
        "counts.rounded followers": "the follower count",
        "counts.fresh": "Counted within a day of publication, so that more may have come: {posts}.",
        "counts.one server": (
            "One server's view: what others saw may be missing, so that the truth may be higher."
        ),
        "counts.followers": "Followers: {reason}.",
        "counts.post": "{flaw}: {post}",
        "counts.flaw negative": "negative",
        "counts.flaw impossible": "more than there are people",
        "counts.flaw early": "read before the post was published",
        "counts.benign": "Sources err: a broken export or a wrong clock is no doing of the account.",
        # E1, output against audience.
        "output.rate": (
            "{rate} posts a day over {days} ({posts} on {active} of {calendar} days, at most {hour} within "
            "an hour{bursts})"
        ),
        "output.bursts": ", {bursts} with {posts}",
        "output.figure": "{rate} posts a day over {days} ({posts})",
        "output.mark": " Published mark: it is above the {mark} a day that {who}.",
        "output.audience": "{about}{followers} on {on}",
        "output.flagged": (
            "High output for a small audience, by our own mark of {per_day} a day and fewer than {below} "
            "followers: {rate}, with {audience}.{mark}"
        ),
        "output.measured": "Output: {rate}, with {audience}.{mark}",
        "output.excused": "Output: {rate}, with {audience}; no flag, since {excuse}.{mark}",
        "output.no audience": "Output: {rate}; it could not be set against the audience: {reason}.{mark}",
        "output.in line": "{head}: {figure}, with {audience}",
        "output.young": "the account was {age} old",
        "output.bridged": "its host carries posts across from another network",
        "output.benign": "New accounts, mirrors, weather and alert feeds post much to few as well.",
        # E3, engagement rate.
        "engagement.measured": (
            "Engagement: a median of {median} {kinds} a post (median deviation {mad}){rate}, from {posts}; "
            "nothing at all on {zero}; {outliers}.{notes}"
        ),
        "engagement.in line": (
            "Engagement: a median of {median} {kinds} a post{rate}, from {posts}; nothing at all on {zero}"
        ),
        "engagement.rate": ", which is {rate} of {about}{followers} on {on}",
        "engagement.rate rounded": "about {rate} ({low} to {high} with the rounding)",
        "engagement.no followers": ", follower count not held",
        "engagement.no usable followers": ", follower count not usable",
        "engagement.zero followers": ", with no followers on {on}",
        "engagement.no ratio": (
            ", without a rate, since the platform's terms restrict figures derived from its counts"
        ),
        "engagement.no spread": "too even to speak of outliers",
        "engagement.no outliers": "no post stands out",
        "engagement.outliers": "{posts} far from the rest",
        "engagement.absent": "{what} not reported on {n} of {of} original posts",
        "engagement.flawed": "counts that cannot be true on {n} of {of} original posts",
        "engagement.left out": "Left out: {parts}.",
        "engagement.incomplete": "{posts} without every count",
        "engagement.rejected": "{posts} with counts that cannot be true",
        "engagement.rounded": "The platform rounds some of these counts.",
        "engagement.fresh": "{posts} counted within a day of publication.",
        "engagement.benign": (
            "A post that travels further than the rest is ordinary: news, a holiday, a mention elsewhere."
        ),
        # E3, against accounts of its size.
        "cohort.measured": (
            "Against {accounts} on {platform} with {size} followers, posts {age}: its median of {rate} of "
            "the followers a post is above that of {above}; theirs is {median}, median deviation {mad}{z}. "
            "Posts with nothing: {zero} of its {posts}, {zeros} at the median of the others.{notes}"
        ),
        "cohort.in line": (
            "Against {accounts} of its size: its median of {rate} of the followers a post is above that of "
            "{above}"
        ),
        "cohort.z": ", robust z {z}",
        "cohort.size": "{low} to {high}",
        "cohort.size below": "fewer than {high}",
        "cohort.size above": "{low} or more",
        "cohort.day": "counted within a day",
        "cohort.week": "counted after one to seven days",
        "cohort.later": "counted after a week or more",
        "cohort.few posts": "{n} of {needed} original posts of one age with every count",
        "cohort.few": (
            "{n} of {needed} accounts on {platform} with {size} followers are held with posts {age}, and "
            "no sourced baseline for them exists"
        ),
        "cohort.no ratio": "the platform's terms restrict figures derived from its counts",
        "cohort.no followers": "an account without followers has no rate",
        "cohort.rounded": " Followers or counts are rounded.",
        "cohort.benign": (
            "Accounts of one size differ by country, topic and language more than by anything else."
        ),
        # E2, low reach.
        "reason.few viewed": "{n} of {needed} {what} with a view count{notes}",
        "reason.no own posts": "none of {posts} held is the account's own",
        "reason.views hidden": "view counts are not reported on {n} of {of} {what}",
        "reason.no views on platform": "the platform offers no view counts",
        "low reach.found": (
            "Low reach: {share} of its {what} have fewer than {limit} views; {none} have none at "
            "all.{scale}{notes}"
        ),
        "low reach.measured": (
            "Reach: {share} of its {what} have fewer than {limit} views; {none} have none at all.{notes}"
        ),
        "low reach.in line": "{head}: {share} of its {what} have fewer than {limit} views",
        "low reach.scale": (
            " For scale: {under} fewer than {limit} and {none} none, of the videos of {covers}."
        ),
        "low reach.mark": "{share} in {year}",
        "low reach.mark over": "over {share} in {year}",
        "low reach.own mark": " The mark of {share} for {what} is ours.",
        "low reach.left out": " Left out: {parts}.",
        "low reach.without": " (left out: {parts})",
        "low reach.hidden": "{items} with hidden views",
        "low reach.young": "{items} younger than a week when counted",
        "low reach.rejected": "{items} with counts that cannot be true",
        "low reach.rounded": " Some of these counts are rounded.",
        "low reach.benign": "Most small, honest channels look the same.",
        # Growth.
        "reason.no followers held": "no follower counts are held",
        "reason.few changes": "follower counts of {n} of {needed} days are held",
        "reason.short history": "the follower counts held cover {n} of {needed} days",
        "growth.measured": (
            "Followers: {first} on {since}, {last} on {until} ({change}, from the counts of {days}); "
            "{jumps}.{notes}"
        ),
        "growth.in line": "Followers: {first} on {since}, {last} on {until} ({days})",
        "growth.none": "no jump or drop against its own history",
        "growth.jumps": "{ups} and {downs} against its own history",
        "growth.jump": (
            "{change} followers ({share}) between {since} and {until}, against a median of {median} a day{z}"
        ),
        "growth.z": ", robust z {z}",
        "growth.rejected": " {days} with a count that cannot be true not used.",
        "growth.rounded": " Rounded counts: changes smaller than the rounding do not show.",
        "growth.benign": (
            "News, a mention by somebody large, and clean-ups by the platform move follower counts as well."
        ),
        # E4, spikes.
        "reason.spike days": "the posts held cover {n} of {needed} full days",
        "spikes.found": (
            "Spikes: {n} of {of} far above the {trailing} days before, the highest {on} with {posts} "
            "against a median of {median}{z}."
        ),
        "spikes.nothing": (
            "Checked: none of {of} far above the {trailing} days before; the busiest is {on} with {posts}."
        ),
        "spikes.z": " (robust z {z})",
        "spikes.day": "{on}: {posts} against a median of {median}{z}. Top item: {top}.{same}",
        "spikes.untold": "a post without words",
        "spikes.same": " Around that day: {events}.",
        "spikes.benign": "News, holidays and posts that travel make busy days.",
        "event.dated": "{what} ({on})",
        "event.handle": "it is first seen as {handle}",
        "event.name": "its name changes from {before} to {after}",
        "event.claim from": "a claim of {source} about {entity} begins",
        "event.claim until": "a claim of {source} about {entity} ends",
        "event.source": "{source}, which names it, is published",
        "event.label": "its page shows the label {label}",
        "event.followers": "{change} followers",
        # E5, amplifiers.
        "reason.no reposts": "no reposts of its posts are held",
        "reason.few reposts": "{n} of {needed} reposts of its posts are held",
        "reposts.coverage": ", of {reported} that its posts report",
        "reposts.capped": ", the newest only",
        "amplifiers.found": "Amplifiers: {top}.{figures}",
        "amplifiers.top": "the top 1 % ({accounts}) made {share}, half or more",
        "amplifiers.measured": "Amplifiers:{figures}",
        "amplifiers.figures": (
            " {reposts} by {accounts} are held{coverage}; the top five made {five}; {top}Gini {gini}; "
            "{again} reposted it more than once and made {repeated}.{notes}"
        ),
        "amplifiers.one percent": "the top 1 % ({accounts}) {share}; ",
        "amplifiers.small": (
            " Too small for the share of the top 1 %, which asks for {reposts} reposts by {accounts} "
            "accounts."
        ),
        "amplifiers.in line": "Amplifiers: {reposts} by {accounts} held, the top five made {five}",
        "amplifiers.scale": " For scale: about half, of the reposts of {covers} ({year}).",
        "amplifiers.one": "{account}: {reposts} of its posts reposted",
        "amplifiers.benign": (
            "Every account has a few loyal readers, and lists of reposters are rarely complete."
        ),
        # E6, fast reshares.
        "fast.coarse": "the times held are whole minutes, too coarse for {window} seconds",
        "fast.found": (
            "Fast reshares: {short} within {first} seconds of publication, {long} within {second}.{notes}"
        ),
        "fast.nothing": (
            "Checked: {short} of the reposts held came within {first} seconds of publication, {long} "
            "within {second}.{notes}"
        ),
        "fast.held": " Held: {reposts}{coverage}.",
        "fast.early": " {reposts} older than the post left out: a clock went backwards.",
        "fast.benign": "Notifications and the publisher's own other accounts repost within seconds as well.",
        # E7, co-amplifiers.
        "reason.few amplifiers": "{n} of {needed} accounts with {each} or more reposts of its posts",
        "co.found": (
            "Co-amplifiers: {pairs} of {of} repost nearly the same of its posts (cosine {limit} or more, "
            "beyond chance).{edges}{notes}"
        ),
        "co.nothing": (
            "Checked: of {of} with {each} or more reposts of its posts, none repost nearly the same beyond "
            "chance.{edges}{notes}"
        ),
        "co.edges": " Of {edges} that share posts, the top {share} ({top}) begin at cosine {cosine}.",
        "co.chance": " {pairs} no more alike than chance makes those who repost nearly everything.",
        "co.capped": " Only the {n} most active were compared.",
        "co.pair": (
            "{one} and {other}: {shared} posts in common of {n} and {m}, cosine {cosine}, symmetry {symmetry}"
        ),
        "co.benign": (
            "Readers, party staff and activists repost the same posts of an account that they follow."
        ),
        # Rhythm.
        "rhythm.found": (
            "Rhythm: {share} of the gaps between posts are the same {gap}.{figures} Context only."
        ),
        "rhythm.measured": "Rhythm:{figures} Context only.",
        "rhythm.figures": (
            " {posts}; median gap {gap}, {same} of the gaps equal within {tolerance} seconds; {utc}{zones}."
        ),
        "rhythm.clock": (
            "{zone}: quietest six hours from {quiet} with {share}, busiest hour {busy} with {most}, "
            "weekend {weekend}"
        ),
        "rhythm.office": ", office hours {office}",
        "rhythm.zone": "; {clock}",
        "rhythm.utc": "UTC",
        "rhythm.place": "{place} ({zone})",
        "rhythm.benign": "Schedulers, feeds and programme hours give such rhythms.",
    }
)
