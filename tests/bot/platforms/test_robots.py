"""robots.txt, by the examples of RFC 9309 and by what stands in the wild."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.robots import MAX_RULES, read_robots


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        ("", "/", True),
        ("User-agent: *\nDisallow: /", "/", False),
        ("User-agent: *\nDisallow:", "/", True),
        ("User-agent: other\nDisallow: /", "/", True),
        # A group that names us makes the general one void.
        ("User-agent: *\nDisallow: /\nUser-agent: masthead\nAllow: /", "/x", True),
        ("User-agent: MASTHEAD/2.0\nDisallow: /x", "/x", False),
        ("User-agent: a\nUser-agent: Masthead\nDisallow: /x", "/x", False),
        # Two groups for us are one.
        ("User-agent: Masthead\nDisallow: /x\nUser-agent: b\nAllow: /\nUser-agent: Masthead\nDisallow: /y",
         "/y", False),
        # The longest rule decides, allowing wins between equals (RFC 9309, 5.2).
        ("User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif",
         "/example/page/disallowed.gif", False),
        ("User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif",
         "/example/page/x", True),
        ("User-agent: *\nDisallow: /example/page\nAllow: /example/page", "/example/page", True),
        ("User-agent: *\nDisallow: *.gif$", "/a/b.gif", False),
        ("User-agent: *\nDisallow: *.gif$", "/a/b.gif?x", True),
        ("User-agent: *\nDisallow: /a*b*c", "/axxbxxcyy", False),
        ("User-agent: *\nDisallow: /a*b*c", "/axxcxxb", True),
        ("User-agent: *\nDisallow: /*?", "/page?x=1", False),
        ("User-agent: *\nDisallow: /a$", "/a", False),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        ("User-agent: *\nDisallow: /a*a$", "/a", True),
        # Escapes (RFC 9309, 2.2.2).
        ("User-agent: *\nDisallow: /foo/bar?baz=http://foo.bar", "/foo/bar?baz=http://foo.bar", False),
        ("User-agent: *\nDisallow: /foo/ツ", "/foo/%E3%83%84", False),
        ("User-agent: *\nDisallow: /%7Euser", "/~user", False),
        ("User-agent: *\nDisallow: /a%2fb", "/a/b", True),
        # As found: byte order mark, comments, odd case and spaces, other lines between.
        ("\ufeffUser-agent : *\nSitemap: /s.xml\n DISALLOW :/x # not here\n", "/x", False),
        ("Disallow: /", "/", True),
        ("User-agent: *\r\nCrawl-delay: 5\r\nDisallow: /x\r\n", "/x", False),
        ("<html>no rules</html>", "/", True),
    ],
)  # fmt: skip
def test_rules(robots: str, path: str, allowed: bool) -> None:  # noqa: FBT001 - a column of the table
    assert read_robots(robots, agent="Masthead").allows(path) is allowed


def test_a_flood_of_rules_is_cut() -> None:
    text = "User-agent: *\n" + "Disallow: /x\n" * (MAX_RULES + 10)
    assert len(read_robots(text, agent="Masthead").rules) == MAX_RULES


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_read(text: str, path: str) -> None:
    assert read_robots(text, agent="Masthead").allows(f"/{path}") in {True, False}


@given(
    st.lists(st.sampled_from(["a", "b", "ab", "*", "/"]), max_size=8).map("".join),
    st.text("ab/", max_size=12),
)
def test_patterns_match_as_plain_wildcards_do(pattern: str, path: str) -> None:
    """Compared with the definition: a star stands for any run of characters."""

    def matches(rest: str, at: str) -> bool:
        if not rest:
            return True
        if rest[0] == "*":
            return any(matches(rest[1:], at[skip:]) for skip in range(len(at) + 1))
        return bool(at) and at[0] == rest[0] and matches(rest[1:], at[1:])

    robots = read_robots(f"User-agent: *\nDisallow: /{pattern}", agent="Masthead")
    assert robots.allows(f"/{path}") is not matches(f"/{pattern}", f"/{path}")
