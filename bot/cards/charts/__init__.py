"""Pictures of a dossier as PNG files, drawn with Pillow, which is imported when the first one is drawn.

Words of ours are drawn, and names as far as the font has their letters, so that no script turns into
boxes; every name stands in the card or in the alt text, which says whatever the picture shows. Colours are
those of Okabe and Ito (2008), and nothing is told by colour alone.
"""

from bot.cards.charts.activity import activity_picture
from bot.cards.charts.around import Around, Neighbour, neighbourhood_picture
from bot.cards.charts.chain import chain_picture
from bot.cards.charts.comparison import comparison_picture
from bot.cards.charts.hours import hours_picture
from bot.cards.charts.picture import MIN_POSTS, Picture, Theme
from bot.cards.charts.web import web_picture

__all__ = [
    "MIN_POSTS",
    "Around",
    "Neighbour",
    "Picture",
    "Theme",
    "activity_picture",
    "chain_picture",
    "comparison_picture",
    "hours_picture",
    "neighbourhood_picture",
    "web_picture",
]
