"""The words that the sketchbook knows, German and English: what can be seen, where, when, and how it feels.

Data only. One line is one concept: `name: German words / English words`. Words are in their basic form, in
lower case; `senses.py` finds inflected and compound forms. A concept may stand in several tables. The lists at the end
are plain words.
"""

MOTIFS = """
child: kind, kleinkind, schulkind, bub, mensch, person, freund, freundin, ich, schüler, schülerin, geschwister, tänzer, tänzerin / child, kid, person, human, friend, me, pupil, somebody, someone, dancer
girl: mädchen, schwester, tochter / girl, sister, daughter
boy: junge, bruder, sohn, knabe / boy, brother, son
baby: baby, säugling / baby
woman: frau, mutter, mama, mami, tante, lehrerin, dame, ärztin, bäuerin, nachbarin, köchin / woman, mother, mom, mum, mommy, aunt, teacher, lady
man: mann, vater, papa, papi, onkel, lehrer, herr, arzt, bauer, nachbar, koch, polizist, feuerwehrmann, gärtner / man, father, dad, daddy, uncle, doctor, farmer, guy, fireman
granny: oma, großmutter, omi, seniorin / grandma, granny, grandmother, nana
grandpa: opa, großvater, opi, senior / grandpa, grandfather, granddad
king: könig, kaiser, prinz / king, emperor, prince
queen: königin, prinzessin, kaiserin / queen, princess
knight: ritter, rittersmann / knight
witch: hexe / witch
wizard: zauberer, magier, zwerg, wichtel / wizard, magician, dwarf, gnome
fairy: fee, elfe, engel / fairy, elf, angel
pirate: pirat, piratin, seeräuber, räuber / pirate, robber
astronaut: astronaut, astronautin, raumfahrer / astronaut, spaceman, cosmonaut
clown: clown, kasper / clown, jester
mermaid: meerjungfrau, nixe / mermaid
robot: roboter, maschine, android / robot, machine, android, bot
ghost: geist, gespenst / ghost, spirit
monster: monster, ungeheuer, troll, kobold, riese, yeti / monster, troll, giant, goblin, yeti
alien: alien, außerirdischer, marsmensch / alien, extraterrestrial
snowman: schneemann, schneefrau / snowman
teddy: teddy, teddybär, kuscheltier, stofftier / teddy, teddybear, plushie
cat: katze, kater, kätzchen, miez, tatze / cat, kitten, kitty, tomcat
dog: hund, hündin, welpe, dackel, pudel / dog, puppy, doggy, hound
horse: pferd, pony, fohlen, hengst, stute, esel / horse, pony, foal, donkey, mare
unicorn: einhorn / unicorn
cow: kuh, rind, kalb, stier, bulle / cow, calf, bull
pig: schwein, ferkel, sau / pig, piglet
sheep: schaf, lamm / sheep, lamb
goat: ziege, geiß / goat
deer: reh, hirsch, elch, rentier / deer, stag, moose, reindeer, elk
fox: fuchs / fox
wolf: wolf, wölfin / wolf
bear: bär, bärin, eisbär, panda / bear, panda
lion: löwe, löwin / lion, lioness
tiger: tiger, leopard, panther / tiger, leopard, panther, cheetah
elephant: elefant, mammut / elephant, mammoth
giraffe: giraffe / giraffe
zebra: zebra / zebra
mouse: maus, ratte, hamster, meerschweinchen / mouse, rat, hamster
rabbit: hase, kaninchen, osterhase / rabbit, bunny, hare
hedgehog: igel / hedgehog
squirrel: eichhörnchen / squirrel
monkey: affe, gorilla, schimpanse / monkey, ape, gorilla
dragon: drache / dragon
dinosaur: dinosaurier, dino, saurier / dinosaur, dino
crocodile: krokodil, alligator, echse, eidechse / crocodile, alligator, lizard
snake: schlange, wurm, regenwurm / snake, worm
turtle: schildkröte / turtle, tortoise
frog: frosch, kröte / frog, toad
snail: schnecke, nacktschnecke / snail, slug
fish: fisch, forelle, goldfisch / fish, trout, goldfish
shark: hai, haifisch / shark
whale: wal, walfisch / whale
dolphin: delfin, delphin / dolphin
octopus: krake, tintenfisch, oktopus / octopus, squid, kraken
jellyfish: qualle / jellyfish
crab: krabbe, krebs, hummer / crab, lobster
bird: vogel, spatz, amsel, taube, meise, rabe, papagei, adler, schwalbe, möwe, kolibri / bird, sparrow, pigeon, dove, raven, parrot, eagle, swallow, seagull, robin
owl: eule, uhu, kauz / owl
duck: ente, gans, schwan / duck, goose, swan
chicken: huhn, henne, hahn, küken / chicken, hen, rooster, chick
penguin: pinguin / penguin
flamingo: flamingo, storch, kranich, reiher / flamingo, stork, crane, heron
butterfly: schmetterling, falter / butterfly, moth
bee: biene, hummel, wespe, käfer, fliege, mücke / bee, bumblebee, wasp, beetle, fly, bug
ladybug: marienkäfer / ladybug, ladybird
spider: spinne / spider
flower: blume, blüte, gänseblümchen, margerite, veilchen, nelke, kornblume, löwenzahn / flower, blossom, daisy, violet, dandelion
tulip: tulpe, krokus, narzisse / tulip, crocus, daffodil
sunflower: sonnenblume / sunflower
rose: rose, mohn / rose, poppy
tree: baum, eiche, linde, buche, birke, ast, apfelbaum / tree, oak, birch, branch
fir: tanne, tannenbaum, fichte, kiefer, weihnachtsbaum, christbaum / fir, pine, spruce
palm: palme, kokosnuss / palm, coconut
cactus: kaktus / cactus
mushroom: pilz, fliegenpilz / mushroom, toadstool
leaf: blatt, laub, kleeblatt / leaf, clover
bush: busch, strauch, hecke, gebüsch / bush, shrub, hedge
apple: apfel, obst, frucht, kirsche, birne, orange, pfirsich, tomate / apple, fruit, cherry, pear, orange, peach, tomato
strawberry: erdbeere, beere, himbeere / strawberry, berry, raspberry
carrot: möhre, karotte, rübe, gemüse / carrot, vegetable
pumpkin: kürbis / pumpkin
sun: sonne, sonnenschein / sun, sunshine
moon: mond, vollmond / moon
star: stern, sternschnuppe / star
cloud: wolke, gewölk / cloud
rainbow: regenbogen / rainbow
lightning: blitz / lightning
comet: komet / comet, meteor
planet: planet, saturn, jupiter, erde, welt, globus, mars / planet, saturn, jupiter, earth, world, globe, mars
airballoon: heißluftballon, zeppelin / airballoon, zeppelin
balloon: luftballon, ballon, seifenblase / balloon, bubble
kite: lenkdrachen, windvogel / kite
rocket: rakete, raumschiff, raumfähre / rocket, spaceship, spacecraft
plane: flugzeug, flieger, hubschrauber / plane, airplane, aeroplane, helicopter, jet
ufo: ufo, untertasse / ufo, saucer
house: haus, hütte, wohnung, zuhause, heim, villa, schule, stall, scheune, kiosk / house, home, hut, cottage, cabin, school, barn, kiosk
castle: burg, schloss, palast, festung / castle, palace, fortress
tower: turm, kirche, kirchturm / tower, church, steeple
lighthouse: leuchtturm / lighthouse
windmill: windmühle, mühle, windrad / windmill, mill
tent: zelt, zirkus, tipi / tent, circus, tipi
bridge: brücke / bridge
skyscraper: hochhaus, wolkenkratzer, fabrik / skyscraper, factory
car: auto, wagen, taxi, rennauto, rennwagen / car, taxi, automobile
bus: bus, feuerwehrauto, lastwagen, laster, lkw, feuerwehr, müllauto / bus, truck, lorry, van
train: zug, eisenbahn, lokomotive, lok, straßenbahn, tram, bahn / train, railway, locomotive, tram
bicycle: fahrrad, rad, roller, motorrad / bicycle, bike, scooter, motorcycle
tractor: traktor, trecker, bagger / tractor, digger, excavator
boat: boot, segelboot, segel, kahn, floß, kanu, gondel / boat, sailboat, sail, raft, canoe
ship: schiff, dampfer, fähre, piratenschiff / ship, steamer, ferry
submarine: unterseeboot, tauchboot / submarine
heart: herz, liebe / heart, love
cake: kuchen, torte, geburtstagskuchen / cake, pie, tart
icecream: eis, eiscreme, eistüte / icecream, gelato
bread: brot, brötchen, semmel, pizza, keks / bread, bun, pizza, cookie, biscuit
candy: bonbon, süßigkeit, lutscher, schokolade, zucker / candy, sweet, lollipop, chocolate, sugar
book: buch, heft, bibel, bilderbuch / book, notebook
chair: stuhl, sessel, thron / chair, armchair, throne
table: tisch / table, desk
bed: bett / bed
lamp: lampe, laterne, licht, glühbirne / lamp, lantern, light, bulb
clock: uhr, wecker, zeit / clock, watch, alarm, time
key: schlüssel / key
umbrella: regenschirm, schirm / umbrella
ball: ball, fußball / ball, football
gift: geschenk, paket, päckchen, kiste / gift, present, parcel, box
cup: tasse, becher, tee, kaffee, kakao / cup, mug, tea, coffee, cocoa
guitar: gitarre, geige, instrument / guitar, violin, instrument
drum: trommel, schlagzeug / drum
note: musik, lied, melodie, klang / music, song, melody, tune
eye: auge, blick / eye, glance
hand: hand, finger / hand, finger
crown: krone / crown
sword: schwert, säbel / sword, sabre
chest: schatz, schatzkiste, truhe / treasure, chest
flag: fahne, flagge, banner / flag, banner
ladder: leiter, treppe, stufe / ladder, stairs, stair
letter: brief, post, umschlag / letter, envelope
computer: computer, laptop, bildschirm, fernseher, handy, telefon, tablet / computer, laptop, screen, television, phone, tablet
wheel: reifen, zahnrad, getriebe / wheel, tyre, gear, cog
bell: glocke, klingel / bell
candle: kerze / candle
hat: hut, mütze, zylinder, kappe / hat, cap
shoe: schuh, stiefel / shoe, boot
door: tür, tor, pforte / door, gate
window: fenster / window
egg: ei, osterei / egg
fire: feuer, flamme, lagerfeuer / fire, flame, campfire
drop: tropfen, träne, wasser, regentropfen / drop, tear, water, raindrop
volcano: vulkan / volcano
island: insel / island
mountain: berg, gipfel, alpen, felsen, gebirge / mountain, peak, alps, rock
wave: welle / wave
snowflake: schneeflocke, flocke / snowflake
mask: maske, gesicht / mask, face
swing: schaukel / swing
skull: skelett, schädel, knochen / skeleton, skull, bone
dress: kleid, rock, hemd / dress, skirt, shirt
glasses: brille / glasses, spectacles
pencil: stift, bleistift, pinsel, buntstift / pencil, pen, brush, crayon
camera: kamera, fotoapparat / camera
"""

PLACES = """
meadow: wiese, feld, weide, rasen, gras, landschaft, acker, prärie, steppe, hügel / meadow, field, pasture, lawn, grass, landscape, prairie, hill
garden: garten, park, spielplatz, beet, balkon / garden, park, playground, yard
forest: wald, dschungel, urwald, hain / forest, wood, jungle, woods, rainforest
mountains: berg, gebirge, alpen, gipfel, tal / mountain, alps, peak, valley
sea: meer, ozean, see, hafen, welle, wasser / sea, ocean, lake, harbour, harbor, wave
river: fluss, bach, teich, ufer / river, brook, pond, stream, creek
underwater: tiefsee, riff, aquarium, meeresgrund, unterwasser / underwater, reef, aquarium, seabed
beach: strand, küste, insel, sand, urlaub, ferien / beach, coast, shore, island, sand, holiday
desert: wüste, düne, savanne, afrika, ägypten / desert, dune, savanna, africa, egypt
city: stadt, straße, hauptstadt, großstadt, markt, berlin, paris, london / city, town, street, road, downtown, market
village: dorf, bauernhof, hof / village, farm
space: weltall, weltraum, universum, all, kosmos, galaxie, milchstraße / space, universe, cosmos, galaxy, outer
sky: himmel, luft, oben / sky, air, heaven
arctic: nordpol, südpol, antarktis, arktis, gletscher, iglu / arctic, antarctica, northpole, glacier, igloo
room: zimmer, küche, raum, wohnzimmer, kinderzimmer, klassenzimmer, klasse, museum, keller, saal / room, kitchen, bedroom, classroom, museum, cellar, hall, inside, indoors
cave: höhle, tunnel / cave, tunnel
"""

WEATHER = """
rain: regen, regnerisch, schauer, regnen, nass, pfütze / rain, rainy, shower, wet, puddle, raining
snow: schnee, schneien, verschneit, flocke, frost / snow, snowy, snowing, frost
storm: sturm, gewitter, blitz, donner, unwetter, orkan / storm, thunder, lightning, stormy, hurricane, thunderstorm
wind: wind, windig, wehen, luftig, brise / wind, windy, breeze, blowing
fog: nebel, neblig, dunst, trüb, rauch / fog, foggy, mist, misty, haze, smoke
clear: sonnig, sonnenschein, klar, heiter / sunny, sunshine, clear
cloudy: bewölkt, wolkig, grau / cloudy, overcast
"""

TIMES = """
night: nacht, nachts, mitternacht, dunkel, dunkelheit, finster, traum, träumen, schlafen, schlaf, mond, vollmond, stern / night, midnight, dark, darkness, dream, sleep, moon, star, nighttime, asleep
evening: abend, abends, sonnenuntergang, dämmerung, abendrot / evening, sunset, dusk, twilight
morning: morgen, morgens, sonnenaufgang, früh, aufwachen / morning, sunrise, dawn, wake
day: tag, mittag, tagsüber, sonne / day, noon, midday, daytime, sun
spring: frühling, frühjahr, ostern, april, mai / spring, easter, april, may
summer: sommer, ferien, juli, august / summer, july, august
autumn: herbst, oktober, november, ernte / autumn, october, november, harvest
winter: winter, weihnachten, dezember, januar, advent / winter, christmas, december, january
"""

MOODS = """
happy: glücklich, froh, fröhlich, freude, freuen, lustig, lachen, spaß, fest, feier, geburtstag, party, toll, glück, jubel, lächeln / happy, joy, joyful, funny, laugh, fun, party, birthday, glad, cheerful, smile, great
sad: traurig, trauer, weinen, einsam, allein, verlassen, abschied, heimweh, müde, verloren / sad, sadness, cry, lonely, alone, goodbye, homesick, tired, lost, grief, blue
angry: wütend, wut, böse, zornig, zorn, streit, schreien, krieg, kampf, kämpfen, hass / angry, anger, rage, mad, fight, scream, war, battle, hate, furious
afraid: angst, ängstlich, fürchten, furcht, gruselig, grusel, unheimlich, spuk, gefahr, gefährlich / afraid, fear, scared, scary, spooky, creepy, danger, dangerous
calm: ruhig, still, stille, leise, frieden, friedlich, sanft, langsam, schlafen, warten, ruhe / calm, quiet, silence, silent, peace, peaceful, gentle, soft, slow, sleep, wait
wild: wild, schnell, laut, verrückt, chaos, explosion, toben, rennen, rasen, tanzen / wild, fast, loud, crazy, chaos, explosion, race, dance
magic: zauber, magisch, zaubern, wunder, geheimnis, geheimnisvoll, märchen, fantasie, phantasie, traum, verzaubert / magic, magical, spell, wonder, mystery, mysterious, fairytale, fantasy, dream, enchanted
tender: liebe, lieb, zärtlich, umarmen, kuss, küssen, herz, süß, warm, geborgen / love, tender, hug, kiss, heart, sweet, warm, cuddle, dear
free: freiheit, frei, fliegen, weite, hoffnung, mut, mutig / freedom, free, fly, hope, courage, brave, wide
"""

COLOURS = """
red: rot, rötlich, blutrot, feuerrot, knallrot / red, crimson, scarlet
orange: orange, orangefarben / orange
yellow: gelb, gelblich, zitronengelb / yellow
gold: gold, golden, vergoldet / gold, golden
green: grün, grünlich, grasgrün / green
mint: mint, mintgrün / mint
turquoise: türkis, petrol, cyan / turquoise, teal, cyan
blue: blau, bläulich, himmelblau / blue
darkblue: dunkelblau, nachtblau, marineblau / navy, darkblue
purple: lila, violett, purpur / purple, violet, lilac
pink: rosa, pink, rosarot / pink, rosy, magenta
brown: braun, bräunlich / brown
black: schwarz, pechschwarz / black
white: weiß, schneeweiß, weißlich / white
grey: grau, gräulich / grey, gray
silver: silber, silbern / silver
rainbow: bunt, farbig, kunterbunt, regenbogenfarben, farbenfroh / colourful, colorful, multicoloured
"""

ACTIONS = """
fly: fliegen, fliegend, schweben, flattern, gleiten, flug, steigen / fly, flying, float, hover, flutter, glide, soar
swim: schwimmen, tauchen, treiben, baden / swim, dive, bathe, drift
sleep: schlafen, träumen, ruhen, schlummern, dösen, eingeschlafen / sleep, dream, rest, slumber, nap
dance: tanzen, hüpfen, wirbeln, drehen, springen / dance, hop, twirl, spin, jump, leap
run: rennen, laufen, rasen, jagen, flitzen, galoppieren, fahren / run, race, chase, dash, gallop, drive, ride
cry: weinen, heulen / cry, weep
laugh: lachen, lächeln, kichern, grinsen / laugh, smile, giggle, grin
kiss: küssen, umarmen, lieben, mögen / kiss, hug, love
play: spielen, kicken / play, kick
sing: singen, pfeifen, musizieren, summen / sing, whistle, hum
read: lesen, lernen, schreiben / read, learn, write, study
bake: backen, kochen, essen, frühstücken / bake, cook, eat
burn: brennen, glühen, spucken, speien, leuchten / burn, glow, spit, shine
grow: wachsen, blühen, sprießen / grow, bloom, sprout
look: schauen, sehen, gucken, blicken / look, see, watch, stare
sit: sitzen, warten / sit, wait
"""

SIZES = """
huge: riesig, riesengroß, gewaltig, gigantisch, enorm, riese, mega / huge, giant, gigantic, enormous, massive
big: groß, hoch, lang, dick / big, large, tall, great, long, fat
small: klein, kurz, dünn / small, little, short, thin, young
tiny: winzig, klitzeklein / tiny, teeny, minuscule
"""

NUMBERS = """
1: ein, eins / one
2: zwei, beide, paar / two, both, pair, couple
3: drei / three
4: vier / four
5: fünf / five
6: sechs, einige, mehrere / six, some, several
7: sieben, zehn, acht, neun / seven, eight, nine, ten
9: viele, hundert, tausend, alle, lauter, überall, tausende, hunderte / many, lots, hundred, thousand, all, hundreds, everywhere, thousands
"""

# What a concept brings along when it is named: other concepts of the table given first.
IMPLIES: dict[str, tuple[tuple[str, str], ...]] = {
    "snowman": (("weather", "snow"),),
    "umbrella": (("weather", "rain"),),
    "bat": (("time", "night"),),
    "owl": (("time", "night"), ("place", "forest")),
    "penguin": (("place", "arctic"),),
    "volcano": (("place", "mountains"),),
    "palm": (("place", "beach"),),
    "lighthouse": (("place", "beach"),),
    "crab": (("place", "beach"),),
    "pirate": (("place", "beach"),),
    "duck": (("place", "river"),),
    "frog": (("place", "river"),),
    "flamingo": (("place", "river"),),
    "bridge": (("place", "river"),),
    "tractor": (("place", "village"),),
    "cow": (("place", "village"),),
    "pig": (("place", "village"),),
    "chicken": (("place", "village"),),
    "fir": (("place", "forest"),),
    "deer": (("place", "forest"),),
    "wolf": (("place", "forest"),),
    "lion": (("place", "desert"),),
    "elephant": (("place", "desert"),),
    "giraffe": (("place", "desert"),),
    "zebra": (("place", "desert"),),
    "camel": (("place", "desert"),),
    "cactus": (("place", "desert"),),
    "winter": (("weather", "snow"),),
    "candle": (("time", "evening"),),
    "skull": (("mood", "afraid"),),
    "ghost": (("time", "night"), ("mood", "afraid")),
    "witch": (("time", "evening"),),
}

# Little words that tell which language a text is in, and that never name a thing.
STOP_DE = """
der die das den dem des ein eine einer einem einen eines und oder aber in im am an auf aus bei beim mit nach von vom
vor zu zum zur über unter hinter neben zwischen durch für gegen ohne um ist sind war waren wird werden hat haben habe
er sie es wir ihr du ich mir mich dir dich mein meine meinen meiner dein deine sein seine unser nicht kein keine so
wie was wer wo warum wenn dann als dass auch nur noch schon sehr da hier dort man sich gibt bis
"""
STOP_EN = """
the a an and or but in on at to of for from by with over under behind beside between through against without is are
was were be been has have had he she it we they you i my your his her its our their not no so how what who where why
when then as that this these those also only still very there here one into out up down if can will
"""

# Words that mean something else in the other language: not looked up there.
FALSE_IN_ENGLISH = """
kind see die all rot rock boot gift tor bad fee hut rat art mode not man war los also brief wand hell arm bald gut
handy chef last rest stall hof tag tal hai wal ei eis uhr ast heft bub rad lok zug reh sau laub
"""
FALSE_IN_GERMAN = """
hat rat boot gift see rock bad die art war man am box hut rot all fly bug hell mad fast lost pen hop cap lot note
mare tart fear sing
"""
