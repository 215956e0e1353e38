"""Numbers, dates, times, money, addresses and names as they are written: a table of cases."""

import pytest

from asr.text.formatter.inputs import CAPITAL, LOWER, NONE
from asr.text.formatter.stage import write_units
from asr.text.formatter.words_ahead import MoreNeededError, SpokenWord, WordsAhead

# Capitals and commas in the spoken words are what the tagger has decided.
CHANGED = """
ninety two = 92
i guess she was ninety two = i guess she was 92
ten people = 10 people
twelve = 12
nineteen of them = 19 of them
twenty one = 21
one hundred = 100
one hundred and five = 105
one hundred five = 105
a hundred and twenty people = 120 people
three hundred and sixty five days = 365 days
nine hundred ninety nine = 999
one thousand = 1,000
twelve hundred dollars = $1,200
fifteen hundred = 1500
two thousand people = 2,000 people
two thousand five hundred = 2,500
a thousand and one nights = 1,001 nights
ten thousand = 10,000
twenty five thousand three hundred = 25,300
one hundred thousand = 100,000
three million = 3 million
two hundred million people = 200 million people
one million two hundred thousand = 1,200,000
seven billion = 7 billion
two point five billion = 2.5 billion
two trillion = 2 trillion
between one hundred and two hundred = between 100 and 200
between ten and twenty = between 10 and 20
ten to fifteen = 10 to 15
five to ten minutes = 5 to 10 minutes
ten or twenty = 10 or 20
twelve and a half = 12 and a half
eleven or twelve = 11 or 12
thirty forty = 30 40
three point one four = 3.14
three point one four one five nine = 3.14159
zero point five = 0.5
two point oh = 2.0
version three point eleven = version 3.11
ten point two five = 10.25
minus twenty = -20
minus five degrees = -5 degrees
negative forty degrees celsius = -40°C
point five percent = 0.5%
one fifty = 150
seven forty seven = 747
three sixty degrees = 360 degrees
nineteen forty five = 1945
in nineteen eighty four = in 1984
eighteen sixty five = 1865
nineteen oh six = 1906
nineteen hundred = 1900
twenty ten = 2010
twenty twenty = 2020
twenty twenty four = 2024
twenty oh five = 2005
in two thousand nine = in 2009
in two thousand and nine = in 2009
since two thousand fifteen = since 2015
in two thousand = in 2000
in two thousand cases = in 2,000 cases
in ten sixty six = in 1066
in twelve fifteen = in 1215
in eleven eighty nine = in 1189
the nineteen nineties = the 1990s
the nineteen sixties = the 1960s
the eighteen hundreds = the 1800s
january first = January 1st
on march third = on March 3rd
March third = March 3rd
december twenty fifth = December 25th
december twenty five = December 25
july fourth nineteen seventy six = July 4th, 1976
july fourth seventeen seventy six = July 4th, 1776
september eleventh two thousand one = September 11th, 2001
may first = may first
May first = May 1st
on may first = on May 1st
october nineteen seventeen = October 1917
april two thousand and three = April 2003
june the sixth = June the 6th
the fourth of july = the 4th of July
the twenty second of november = the 22nd of November
the thirty first of December = the 31st of December
the tenth = the 10th
the eleventh hour = the 11th hour
the twenty first century = the 21st century
her twenty second birthday = her 22nd birthday
the hundred and first = the hundred and first
one hundred and first = 101st
a twenty second delay = a 20 second delay
five p m = 5 p.m.
at five pm = at 5 p.m.
nine a m = 9 a.m.
eleven thirty a m = 11:30 a.m.
seven fifteen pm = 7:15 p.m.
six thirty = 6:30
at six forty five = at 6:45
at ten oh five = at 10:05
at twelve fifty nine = at 12:59
by nine twenty = by 9:20
eight o'clock = 8 o'clock
twelve o'clock = 12 o'clock
from nine a m to five p m = from 9 a.m. to 5 p.m.
five percent = 5%
one percent = 1%
ten per cent = 10%
ninety nine point nine percent = 99.9%
a hundred percent = 100%
zero percent = 0%
five to ten percent = 5 to 10%
five dollars = $5
one dollar = $1
twenty five dollars = $25
five dollars and fifty cents = $5.50
ten dollars and five cents = $10.05
twenty five cents = 25 cents
five cents = 5 cents
three million dollars = $3 million
two point five billion dollars = $2.5 billion
one thousand two hundred dollars = $1,200
a five hundred dollar bill = a $500 bill
ten euros = €10
three fifty dollars = $350
nineteen ninety nine dollars = $19.99
twenty pounds = 20 pounds
five kilometers = 5 km
ten kilometers per hour = 10 km/h
sixty miles per hour = 60 mph
three centimeters = 3 cm
eighty kilograms = 80 kg
sixteen gigabytes = 16 GB
two point four gigahertz = 2.4 GHz
seventy two degrees = 72 degrees
seventy two degrees fahrenheit = 72°F
twenty degrees celsius = 20°C
one hundred meters = 100 meters
page five = page 5
chapter seven = chapter 7
room two oh three = room 203
room one two three = room 123
gate nine = gate 9
highway sixty six = highway 66
flight two seven nine = flight 279
nine one one = 911
four oh four = 404
double oh seven = 007
five five five one two three four = 555-1234
eight six seven five three oh nine = 867-5309
two one two five five five oh one four seven = 212-555-0147
one eight hundred five five five one two three four = 1-800-555-1234
eight hundred five five five one two three four = 800-555-1234
five five five twelve thirty four = 555-1234
nine zero two one oh = 90210
three triple five one two three = 355-5123
two two three three four = 22334
code one two three four = code 1234
nine eleven = 9/11
twenty four seven = 24/7
fifty fifty = 50/50
jane at example dot com = jane@example.com
john dot smith at gmail dot com = john.smith@gmail.com
info at my dash shop dot co dot uk = info@my-shop.co.uk
first underscore last at example dot org = first_last@example.org
www dot example dot com = www.example.com
example dot com = example.com
node dot js = node.js
f b i = FBI
the u s a = the USA
the u s Army = the US Army
a p i = API
i b m = IBM
a i = AI
b b c = BBC
h t t p = HTTP
plan b = plan B
vitamin c = vitamin C
J K Rowling = J.K. Rowling
J R R Tolkien = JRR Tolkien
John F Kennedy = John F. Kennedy
George W Bush = George W. Bush
mister Smith = Mr. Smith
missus Jones = Mrs. Jones
doctor Watson = Dr. Watson
mr Darcy = Mr. Darcy
"""

UNCHANGED = """
one
two
one of them
no one
one day
one by one
one another
the one thing
which one is it
this one or that one
for one thing
one or two
one or the other
two or three people
five or six dollars
one or two hundred
two or three thousand
three people
seven days a week
nine lives
zero tolerance
one two three
one two three four five
one two
two three times
second to none
a second
a second ago
just a second
wait a second
first of all
at first
the first time
the second one
the third man
in the fifth place
second thoughts
first come first served
one third
two thirds of them
a tenth of it
one tenth
three quarters
one half
half past five
ten past three
it's ten to five
twenty to six
quarter to six
two and a half
a hundred
a hundred people
a hundred years
a thousand times
a million
a million dollars
a million reasons
a couple hundred
several hundred
a few thousand
hundreds of people
thousands
twenty something
thirty odd years
the twenties
the roaring twenties
he is in his forties
oh no
oh one more thing
oh well
the point is
at this point two people left
point taken
may i come in
we may second that
they march on
you may one day
a cent for your thoughts
percent
the percent sign
dollars and cents
for the second time
two by two
on the one hand
six of one
at sixes and sevens
between you and me
look at that
look at the dot
the dot com bubble
meet me at the station
a dash of salt
i am
i am happy
plan a
doctor
the doctor said
ask the doctor
mister
double trouble
triple jump
minus the fees
negative thoughts
one to one
am i late
per hour
degrees of freedom
and five
o'clock
"""


def written(spoken: str, closed: bool = True) -> str:
    """Write spoken words by the rules; commas and capitals in them are those of the tagger."""
    words = [SpokenWord(word.lower(), NONE, CAPITAL if word[0].isupper() else LOWER, word) for word in spoken.split()]
    shown, done = [], 0
    while done < len(words):
        before = [word.text for word in words[:done]][-2:]
        for unit in write_units(WordsAhead(words[done:], closed, before)):
            shown.append(words[done].written if unit.text is None else unit.text)
            done += unit.words
    return " ".join(shown)


def rows(table: str) -> list[str]:
    return [line for line in table.strip().splitlines() if line]


@pytest.mark.parametrize("row", rows(CHANGED))
def test_spoken_forms_are_written(row: str) -> None:
    spoken, _, wanted = row.partition(" = ")
    assert written(spoken) == wanted


@pytest.mark.parametrize("spoken", rows(UNCHANGED))
def test_what_is_no_number_stays_as_it_is(spoken: str) -> None:
    assert written(spoken) == spoken


def test_the_table_is_large_and_a_third_of_it_must_not_change() -> None:
    changed, unchanged = rows(CHANGED), rows(UNCHANGED)
    assert len(changed) + len(unchanged) >= 200
    assert len(unchanged) >= (len(changed) + len(unchanged)) / 3
    assert len({*changed, *unchanged}) == len(changed) + len(unchanged)


GROWING = (
    "ninety",
    "one hundred",
    "one hundred and",
    "nineteen",
    "nineteen forty",
    "two thousand",
    "three million",
    "five",
    "five dollars",
    "five dollars and",
    "three point",
    "three point one",
    "five five five one two",
    "january",
    "march third",
    "f b",
    "five p",
    "ten percent and",
    "twenty first",
)


@pytest.mark.parametrize("spoken", GROWING[:-2])
def test_a_number_that_may_grow_waits(spoken: str) -> None:
    """No rule decides before the word that ends what it is about."""
    with pytest.raises(MoreNeededError):
        first = [SpokenWord(w, NONE, LOWER, w) for w in spoken.split()]
        if spoken.startswith("march"):
            first[0] = first[0]._replace(case=CAPITAL)
        while True:
            unit = write_units(WordsAhead(first, False))[0]
            first = first[unit.words :]
            assert first, f"{spoken!r} was written before its end was known"
