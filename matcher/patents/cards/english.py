"""The cue words of English patents, and what makes a line of theirs plain."""

import re

from matcher.patents.cards.rules import CardRules, replacements

_INVENTION = (
    r"(?:[Tt]he|[Tt]his|[Aa]n?) (?:present )?"
    r"(?:invention|utility model|disclosure|application|patent)"
)

ENGLISH = CardRules(
    unit=re.compile(r"(?:[^.;!?\n]|[.](?!\s+[A-Z]|\s*$|\n))+[.;!?]?"),
    list_border=", ",
    clause_border=re.compile(
        r",?\s+(?=(?:so that|thereby|whereas|whereby|while|which|whose)\b)|"
        r",\s+(?=(?:and|but|so|then|with|in which|each|wherein|in order|although|"
        r"preferably)\b)|[:]\s+"
    ),
    joint=", ",
    invention=re.compile(
        rf"{_INVENTION}|\b[Tt]he disclosed\b|\bdisclosed (?:is|are)\b|^(?:An?|"
        rf"The) [^,]{{3,80}}"
        r"(?:comprises|comprising|includes|including|is (?:provided|disclosed|described))|"
        r"\b(?:is|are) (?:provided|disclosed|described)\b|^In the disclosed"
    ),
    naming=re.compile(
        rf"^{_INVENTION} (?:generally )?(?:relates|pertains|belongs|refers) |"
        r"\b(?:is|are) (?:provided|disclosed|described)\.?$|^Disclosed (?:is|are)"
    ),
    trouble=re.compile(
        r"\b(?:no|not|never|hardly|seldom|cannot|without|but|although|however|lose[sd]?|"
        r"los[st]|poor|low|high|"
        r"too|only|must|risks?|fail\w*|errors?|wears?|wear|limit\w*|difficult\w*|problems?|"
        r"drawbacks?|costs?|"
        r"expensive|slow|damage\w*|scrap|vary|varies|unreliable|suffers?|need|needs|break\w*|drift|"
        r"longer|differ\w*|leaves?|useless|corrode\w*|unsuitable)\b"
    ),
    problems=(
        re.compile(
            r"(?:to|which|that|and) (?:solve|overcome|address|avoid|eliminate|remedy)s? (?:the )?"
            r"(?:(?:technical )?(?:problems?|drawbacks?|shortcomings?|disadvantages?) "
            r"(?:of|that|in which) )"
            r"(?P<said>[^.;]{10,200})"
        ),
        re.compile(r"(?P<said>[^.;]{10,160}\bsuffers? from [^.;]{5,120})"),
    ),
    uses=(
        re.compile(
            r"^(?:It|They|(?:The|This|Such|These) [^,.;]{2,60}?) (?:also )?(?:(?:is|"
            r"are) (?:especially |"
            r"particularly )?(?:suited|suitable|intended|meant|applicable|useful|designed|"
            r"used) (?:to|for|in)|"
            r"suits?|(?:can|may) be (?:used|applied) (?:in|for|to)|fills?|serves?(?! as)|"
            r"finds? use in)"
            r"(?: use in)? (?P<said>.{5,})$"
        ),
        re.compile(r"^Applications (?:are|include) (?P<said>.{5,})$"),
        re.compile(
            r"^(?:and |which )(?:is |are )?(?:suits?|suit(?:ed|able) (?:to|for)) (?P<said>.{5,})$"
        ),
    ),
    claimed_use=re.compile(r"^(?:The )?[Uu]se of [^.;]{3,120}? (?:for|in) (?P<said>[^.;]{5,120})"),
    gain=re.compile(
        r"^(?:so that|thereby|thus|whereby|and thus|and thereby)\b|^(?:which )?(?:reduc|"
        r"improv|increas|lower|"
        r"shorten|prevent|avoid|sav)(?:es|s|ing)\b"
    ),
    benefit=re.compile(
        r"\b(?:improv|reduc|increas|prevent|avoid|sav|lower|allow|ensur|enabl)(?:es?|s|ed|ing)\b"
    ),
    advantage=re.compile(
        r"\badvantages?\b|^(?:As a result|Thus|Thereby|Therefore|Compared with|Accordingly)\b|"
        r"^No [a-z]+ |"
        rf"{_INVENTION} (?:improves|reduces|increases|shortens|lowers|avoids|prevents|"
        rf"ensures|enables)"
    ),
    figure=re.compile(
        r"(?:below|above|at least|less than|more than|only|up to|within|better than|under|"
        r"over|down to|of)"
        r" (?:an? )?\d|\d+(?:\.\d+)? ?%|\b\d+(?:\.\d+)? times\b"
    ),
    change=re.compile(
        r"\bfrom (?:about )?[\w.,]+(?: ?[%\w/]+)?(?: [\w.]+)? to \w|\b(?:fell|rose|dropped|"
        r"halved|doubled)\b|"
        r"\b(?:by|reached) \d+(?:\.\d+)? ?%|\b(?:lower|higher|less|more|shorter) than\b|"
        r"compared with|against \d"
    ),
    trial=re.compile(
        r"^(?:On|In (?:a|an|\d)|For \d|At|Over|With|Under|A (?:film|material|sample))\b|"
        r"\b(?:trial|test|tests|tested|experiment\w*|sample|rats|mice|patients|hours|cycles|days)\b"
    ),
    doing=re.compile(
        r"\b(?:comprises|comprising|includes|combines|contains|consists|provides|uses|using|"
        r"feeds|adds|holds|runs|"
        r"by means of|(?:is|are) (?:formed|carried|mounted|arranged|coated|dried|set|driven|"
        r"connected|"
        r"obtained|fed|heated|computed))\b"
    ),
    claim_opening=re.compile(
        r"^.*?(?:characteri[sz]ed in that|comprising|comprises|wherein|consisting of|"
        r"including)[,:]?\s+",
        re.DOTALL,
    ),
    dangling=re.compile(r"^(?:so|and|then|but|with)$"),
    plain=replacements(
        (r"\s+", " "),
        (r"(?<=\w) \(\d{1,4}[a-z]?(?:,\s*\d{1,4}[a-z]?)*\)", ""),
        (r"^In (?:the|this|an?) (?:present )?(?:invention|utility model|disclosure),? ", ""),
        (
            rf"^{_INVENTION} (?:also |further )?(?:provides|discloses|describes|"
            rf"proposes|presents)"
            r"(?: for)? ",
            "",
        ),
        (rf"^{_INVENTION} ", ""),
        (r"(?<=\b[Tt]he )disclosed ", ""),
        (r"\b[Ss]aid ", ""),
        (r"^(?:In the (?:process|method),? )", ""),
        (
            r"^(?:characterized in that|wherein|whereby|thereby|so that|so|and|but|then|"
            r"thus)[,:]? ",
            "",
        ),
        (r"\baccording to (?:any (?:one )?of )?claims? [\d\-, toand]+", ""),
        (r"^[\s,:;.]+|[\s,:;.]+$", ""),
    ),
    more=", and more",
    length=190,
    shortest=12,
)
