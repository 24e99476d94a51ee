"""Red flags in English: (name, words, other words allowed between). See pattern.

Not in the clinic's own list, added here and to be confirmed by the clinician who signs:
throat, seizure, emergency-call, worst-headache, bleeding (AMBER), all of REVIEW.
"""

from typing import Final

from booking.safety.rules.pattern import Pattern, Tier, lines

CRISIS: Final = lines(
    Tier.CRISIS,
    "en",
    ("suicide", "suicide/suicidal/=sucide/=suicidle/=suiside", 0),
    ("kill-myself", "kill/killing/kll myself/=meself/=myslef/=mysef", 1),
    ("kill-my-self", "kill/killing my self", 0),
    ("end-my-life", "end/ending/take/taking/took my own/life/lives life", 1),
    ("end-life", "end/ending/take/taking my life", 0),
    ("end-it-all", "end/ending it all", 0),
    ("not-live", "dont/not/never/didnt/doesnt want/wanna/wish live/living/alive", 2),
    ("no-longer-live", "no longer want/wish live/living/alive/here", 2),
    ("not-be-here", "dont/not want/wanna be here/alive/around", 1),
    ("want-to-die", "want/wanna/wish/wanted/wants die/dead", 3),
    ("rather-die", "rather be/die dead/than", 1),
    ("better-off-dead", "better off/of dead", 1),
    ("better-without-me", "better off/of without me", 0),
    ("no-reason", "no/any reason/point live/living/alive", 3),
    ("not-worth", "not/isnt/no/longer worth living/life", 2),
    ("harm-myself", "want/wanna/going/might/will/could harm/hurt/cut myself", 2),
    ("self-harm", "self harm/harming/harmed", 0),
    ("overdose", "overdose/overdosed/overdosing", 0),
    ("too-many-pills", "took/taken/taking too/so many pills/tablets/meds", 1),
    ("nobody-would-miss", "nobody/one would miss me", 1),
    ("selfharm", "selfharm/selfharming", 0),
    ("cant-go-on", "cant/cannot/not go on living/anymore/longer/like", 2),
)

BREATHLESS: Final = (
    ("cant-breathe", "cant/cannot/cnat/couldnt/unable breathe/breath/breathing/=brethe/=breth", 2),
    ("not-breathing", "not breathe/breathing/=brethe", 1),
    (
        "trouble-breathing",
        "trouble/difficulty/problems/hard/struggling breathing/breathe/breath",
        2,
    ),
    ("breathing-trouble", "breathing/breathe is/was/got/getting hard/difficult/worse/laboured", 2),
    (
        "breathing-hard",
        "breathing hard/heavy/heavily/difficult/difficulty/difficulties/problems",
        1,
    ),
    ("short-breath", "short/shortness/shorter of breath/breathe/breathing/=breth", 1),
    ("barely-breathing", "barely/hardly breathe/breath/breathing", 1),
    ("out-of-breath", "out of breath/breathe", 1),
    ("breathless", "breathless/breathlessness/=brethless", 0),
    ("catch-breath", "cant/cannot/couldnt catch/get breath/air", 2),
    ("suffocating", "suffocating/choking", 0),
    ("throat", "~throat/tongue/lips closing/closed/swelling/swollen/swelled", 3),
)
STROKE: Final = (
    ("having-stroke", "having/had/have/think/mini/possible/maybe stroke", 3),
    ("stroke-signs", "stroke symptoms/signs/symptom", 0),
    ("heart-attack", "heart attack/=atack/=attak", 0),
    ("face-droops", "~face/mouth/eyelid droop/drooping/droopy/drooped/sagging/numb/dropped", 3),
    ("slurred", "slurred/slurring", 0),
    ("cant-speak", "cant/cannot/couldnt speak/talk properly/clearly/normally", 1),
    ("one-side", "~one/left/right side weak/weakness/numb/numbness/paralyzed/paralysed", 2),
    ("new-weakness", "~sudden/suddenly/new weak/weakness/paralyzed/paralysed", 3),
    ("cant-move", "cant/cannot/couldnt move/lift/feel arm/leg/side/face/legs/arms", 3),
    ("confused", "feel/feeling/sudden/suddenly/very/became confused/confusion/disoriented", 1),
    ("lost-sight", "lost/losing/loss vision/sight/eyesight", 2),
    ("worst-headache", "worst/sudden/thunderclap headache/=headach/migraine", 1),
    ("seizure", "seizure/seizures/convulsion/convulsions", 0),
)
RED: Final = lines(
    Tier.RED,
    "en",
    (
        "chest-pain",
        "~chest/breastbone pain/pains/pian/hurt/hurts/hurting/tight/tightness/pressure/ache/"
        "aches/aching/heavy/heaviness/crushing/stabbing/squeezing/burning/discomfort/killing/"
        "weight/elephant",
        4,
    ),
    ("arm-and-chest", "~pain/pains/hurt/hurts/numb arm/jaw chest", 4),
    ("chestpain", "chestpain/chestpains", 0),
    *BREATHLESS,
    ("leg-swollen", "~leg/legs/calf/=calfs/calves swollen/swelling/swelled/=swole/swell/puffy", 4),
    ("leg-warm", "leg/calf warm/hot/red", 3),
    ("warm-leg", "warm/hot/red leg/calf", 0),
    *STROKE,
    ("fainted", "fainted/fainting/blackout", 0),
    ("passed-out", "passed/pass/passing/blacked/blacking out", 0),
    ("collapsed", "collapsed/unconscious", 0),
    ("lost-consciousness", "lost/losing/loss consciousness/conscious", 1),
    ("heavy-bleeding", "~heavy/heavily/severe/badly/profuse/gushing/lots bleeding/bleed", 2),
    ("bleeding-a-lot", "bleeding/bleed lot/alot/everywhere/nonstop/heavily", 2),
    ("blood-everywhere", "blood everywhere/gushing/pouring", 1),
    ("losing-blood", "losing/lost lot/lots/much blood", 2),
    (
        "bleeding-wont-stop",
        "~bleeding/bleed/blood wont/cant/not/doesnt/didnt/isnt stop/stopping",
        3,
    ),
    ("vomiting-blood", "vomiting/vomited/coughing/coughed/throwing/threw/spitting blood", 2),
    ("emergency-call", "call/called/calling/need/needs ambulance/911/999/112", 2),
    ("ambulance", "ambulance/911", 0),
)

AMBER: Final = lines(
    Tier.AMBER,
    "en",
    ("fever", "fever/fevers/feverish/=feaver/=feverr/=fevr", 0),
    ("temperature", "high/running/run/got/have/had temperature/temp", 1),
    ("temperature-of", "temperature/temp 38/39/40/41/100/101/102/103/104/105", 3),
    ("rash", "rash/rashes/=rashs/rahs/=rassh/hives", 0),
    ("bruise", "bruise/bruises/bruised/bruising/=bruse/=bruses/=bruize", 0),
    ("black-and-blue", "black and blue", 0),
    ("a-wound", "a/an/the/my/open/new/this/infected wound", 0),
    ("wounds", "wounds/wounded", 0),
    ("wound-is", "wound on/is/was/opened/open/bleeding/infected/oozing/wont", 0),
    ("open-sore", "open/new/infected sore/=sores/cut", 0),
    ("skin-broke", "skin tore/torn/split/broke/broken/tear/opened/open/ripped", 2),
    ("ulcer", "ulcer/ulcers/=ulsers/=ulcr", 0),
    ("bleeding", "bleeding/bleed/bled", 0),
)

REVIEW: Final = lines(
    Tier.REVIEW,
    "en",
    ("faint", "faint/dizzy/dizziness/lightheaded", 0),
    ("swelling", "swollen/swelling/swelled", 0),
    ("numb", "numb/numbness/tingling", 0),
    ("worse", "worse/worst/unbearable", 0),
    ("hospital", "hospital/emergency", 0),
    ("pregnant", "pregnant/pregnancy", 0),
    ("heart", "palpitations/heart racing/pounding/fluttering", 1),
    ("infection", "infection/infected", 0),
    ("sick", "vomiting/vomit/vomited/nausea/=chills", 0),
    ("sight", "blurred/blurry/double vision", 0),
    ("flare", "flare/flaring", 0),
    ("blood", "blood/bloody", 0),
    ("low", "depressed/hopeless/=dying/worthless", 0),
    ("giving-up", "cant/cannot/giving/give cope/up", 1),
    ("allergic", "allergic/allergy/reaction", 0),
)

ENGLISH: Final[tuple[Pattern, ...]] = (*CRISIS, *RED, *AMBER, *REVIEW)
