"""Texts that somebody may have written to make a terminal, or a table, go wrong."""

from hypothesis import strategies as st

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
NASTY = (
    "[/red][b]bold[/b][@click=app.quit]x[/]",
    "\x1b[31m\x1b]0;title\x07\x1b[2J\x9b31m",
    "abc\u202edef\u2066ghi\u200f",
    "a\tb\nc\rd\x00e\x7f",
    "日本語のノード名前",
    "\uff46\uff55\uff4c\uff4c\u3000width",
    "각\u1100\u1161\u11a8",
    "❤\ufe0f☁\ufe0f1\ufe0f\u20e3",
    "👍🏽👩🏿",
    "🇩🇪🇫🇷🇪",
    FAMILY,
    "e\u0301\u0323o\u0308",
    "\u0301starts with a mark",
    "z" + "\u0301\u0302\u0303\u0304" * 50,
    "क्षि किताब",
    "ไทยกำลัง",
    "שלום عليكم",
    "\u3164\u115f\u2800\u00ad\ufeff",
    "\ud800\udfff",
    "\u2028\u2029\u0085",
    "w" * 10_000,
    "字" * 5_000 + "w" * 5_000,
)
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=40),
    st.lists(st.sampled_from([*NASTY[:-2], "plain", " "]), max_size=4).map("".join),
    st.text("ab 日e\u0301\ufe0f\u200d👍🏽🇩🇪[]\x1b", max_size=30),
)
