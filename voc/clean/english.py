"""Common English words of feedback, for texts too short for an identifier.

`ENGLISH_ONLY` are words that, alone, can be taken for English; `ENGLISH` adds words that are English among such
("in", "app", "super" are written in half of Europe).
"""

from __future__ import annotations

_ONLY = """
    about after again all always amazing and another any anything apps are aren't ask asked awesome awful away back
    bad battery beautiful because been before being best better bought boring brilliant broke broken buggy buy but
    buying can't cannot card change charged cheap cheaper cheating checkout clean clear clunky cool could couldn't
    crap crash crashed crashes crashing customer day days deleted deliver delivered delivery didn't disappointed
    disappointing disgusting does doesn't doing don't done download downloading dumb each easy enough error errors
    even ever every everyone everything excellent expensive experience family fantastic far fast features feel few
    find fine fix fixed flight flights found free freezes freezing friendly friends from frustrating full fun game
    games garbage gets getting give gone good got great had happened happy hard hardly has hasn't hate hated have
    haven't having help helped helpful helps her here highly him his horrible hours how however i'll i'm i've is
    isn't it's its job just keep keeps know lame last late leave let life like liked likes little login lost lots
    love loved lovely loves luggage made make makes many maybe me message minutes missing money month months more
    most much must my myself need needed needs never new nice nope not nothing now off old once one only open opens
    order ordered other our out over own paid pay paying payment people perfect perfectly phone please poor pretty
    price problem problems product quality quick quickly quite rather really reason received recommend recommended
    refund refunded reliable ridiculous right rubbish sad said same scam screen seems service she should shows sign
    simple since slow slower slowly smooth solid some someone something sometimes songs soon staff started still
    stop stopped stuck stupid such support sweet take takes terrible than thank thanks that that's the their them
    then there these they thing things think this those thought through time times tired today too took tried truly
    try trying two ugly unable understand unhappy unusable update updated updates updating upgrade use used useful
    useless user users uses using very wait waited waiting want wanted waste wasn't way weak weeks well went were
    weren't what when where which while who whole why will wish with without won't wonderful wonderfully work worked
    working works worse worst worth would wouldn't wow wrong yeah year years yes yet you you're your
"""
_SHARED = """
    a account add ads alarm album am an android app apple as at bank be blank bug bugs by call cam chat class code
    crew data date do email fail file for forum gate go google he hell hello help hi hotel i if in info internet
    into ios iphone it lag link list log long lol love low man map menu mode movie music net no of ok okay on online
    or page password pc per photo plan play plus post premium pro radio real reset review see seat see server so
    song spam star stars start store super system tag team test text ticket to top total tv up us version video view
    was we web wifi yo
"""

ENGLISH_ONLY = frozenset(_ONLY.split())
"""Words that are English wherever they stand alone in feedback."""

ENGLISH = ENGLISH_ONLY | frozenset(_SHARED.split())
"""The words above and those that English shares with other languages."""
