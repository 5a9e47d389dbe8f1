package treaty

import "strings"

// spoken are the 256 words in which a digest is read back, one for each value of a byte. They are common, at most eight
// letters long, differ from one another in three letters or more and in their first four. The list is part of the
// format: its order never changes.
var spoken = strings.Fields(`
acorn admiral album alchemy alley almanac almond amber anchor angle antelope anvil apron aquarium archway arctic
arena armor asphalt asteroid atlas autumn avocado badge balloon bamboo banjo basil bayonet beacon beaver bicycle
birch biscuit blanket blossom bonfire border bottle breeze brigade broccoli bucket buffalo bulldog button cabbage
cabin cactus calendar canal canyon captain caravan cargo cashmere castle cedar cello chalk charcoal cheetah cherry
chestnut chimney chipmunk cinema cinnamon circle clarinet clover cobalt cockpit coffee comet compass concert copper
cradle crater cricket crimson crystal cucumber cupboard cypress daffodil dagger daisy desert diamond diary dolphin
domino donkey dragon drizzle drummer duchess dynamo echo eclipse eight elbow elephant elevator emerald empire engine
envoy equator escort estate evening fable faculty falcon feather fennel festival fiddle fifty flamingo flint forest
fortune fossil fox fragment fresco furnace galaxy garlic garnet gazelle ginger giraffe glacier goblet gondola
grammar granite grapes guitar gypsum harvest hazel helmet hickory horizon iceberg igloo indigo iris island ivory
jaguar jasmine jigsaw juniper kayak kimono kitchen kiwi lagoon lantern laurel lemon leopard lilac linen lizard
lobster lotus meadow meteor mirror monsoon mosaic mountain muffin mustard napkin nectar needle nickel ninety nomad
nutmeg oatmeal ocean octave olive opal orbit orchid osprey otter oxygen palace panther papaya parsley pebble pelican
piano pigeon pilot plaza prairie pumpkin puzzle pyramid quartz quiver rabbit raven ribbon ruby rudder saffron
sapphire scarlet school silver sketch sparrow spiral squirrel summit sunset swan tapestry teapot temple tomato
trumpet tulip turtle twenty umbrella vanilla village violet vulture waffle walnut whisper willow wolf yacht yogurt
zebra zenith zigzag zinc
`)

// Words returns the first four bytes of the digest as words ("amber-canal-fox-ninety"), for reading back by voice or
// comparing two screens at a glance. They are no security: four bytes can be matched by trying some billions of texts.
// What is signed is the whole digest.
func (d Digest) Words() string {
	words := make([]string, 4)
	for k := range words {
		words[k] = spoken[d[k]]
	}
	return strings.Join(words, "-")
}
