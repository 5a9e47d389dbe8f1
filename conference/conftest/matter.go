package conftest

import (
	"portsmouth"
	"portsmouth/conference"
)

// Languages are those of every scene.
var Languages = []string{"en", "fr"}

// partyNames lists the parties of a scene in the order in which they join it.
var partyNames = []string{"north", "south", "east", "west"}

// Parties returns the first n parties: north, south, east, west.
func Parties(n int) []portsmouth.Party {
	parties := make([]portsmouth.Party, n)
	for k := range parties {
		parties[k] = portsmouth.Party{ID: partyNames[k], Name: both("The "+partyNames[k], "Partie "+partyNames[k])}
	}
	return parties
}

func both(en, fr string) portsmouth.Text { return portsmouth.Text{"en": en, "fr": fr} }

// Agenda returns the agenda of a scene: the coast (discrete), the toll (a number), the islands (territory), a condition
// between the first two, and a frame of four articles. Plain leaves the frame out.
func Agenda(plain bool) portsmouth.Agenda {
	a := portsmouth.Agenda{
		Languages: Languages,
		Issues:    []portsmouth.Issue{coast(), toll(), islands()},
		Conditions: []portsmouth.Condition{{
			If:   []portsmouth.Term{{Issue: "toll", From: "50"}},
			Then: []portsmouth.Term{{Issue: "coast", Options: []string{"shared"}}},
			Why:  both("a toll of 50 or more needs a shared coast", "un péage de 50 ou plus exige une côte partagée"),
		}},
		Regions: []portsmouth.Region{
			{ID: "big-island", Name: both("Big Island", "Grande île")},
			{ID: "small-island", Name: both("Small Island", "Petite île")},
		},
		Frame: frame(),
	}
	if plain {
		a.Frame = portsmouth.Frame{}
		for k := range a.Issues {
			dropClauses(&a.Issues[k])
		}
	}
	return a
}

func dropClauses(i *portsmouth.Issue) {
	for k := range i.Options {
		i.Options[k].Clauses = nil
	}
	if i.Number != nil {
		i.Number.Clauses = nil
	}
}

func coast() portsmouth.Issue {
	option := func(id, en, fr string) portsmouth.Option {
		return portsmouth.Option{ID: id, Label: both(en, fr), Clauses: []portsmouth.Clause{{
			Article: "art-1", Text: both("The coast is "+en+".", "La côte est "+fr+"."),
		}}}
	}
	return portsmouth.Issue{
		ID: "coast", Title: both("The coast", "La côte"), Kind: portsmouth.Discrete,
		Options: []portsmouth.Option{option("kept", "kept", "gardée"), option("shared", "shared", "partagée"), option("ceded", "ceded", "cédée")},
	}
}

func toll() portsmouth.Issue {
	return portsmouth.Issue{
		ID: "toll", Title: both("The toll", "Le péage"), Kind: portsmouth.Numeric,
		Number: &portsmouth.Number{
			Unit: both("crowns", "couronnes"), Min: "0", Max: "100", Step: "5", None: true,
			Clauses: []portsmouth.Clause{{Article: "art-2", Text: both("A toll of {value} crowns is paid.", "Un péage de {value} couronnes est payé.")}},
		},
	}
}

func islands() portsmouth.Issue {
	option := func(id, en, fr, big, small string) portsmouth.Option {
		return portsmouth.Option{
			ID: id, Label: both(en, fr), Regions: map[string]string{"big-island": big, "small-island": small},
			Clauses: []portsmouth.Clause{{Article: "art-3", Text: both("The islands: "+en+".", "Les îles : "+fr+".")}},
		}
	}
	return portsmouth.Issue{
		ID: "islands", Title: both("The islands", "Les îles"), Kind: portsmouth.Territory,
		Options: []portsmouth.Option{option("split", "one each", "une chacun", "north", "south"), option("north", "both to the north", "au nord", "north", "north")},
	}
}

func frame() portsmouth.Frame {
	return portsmouth.Frame{
		Title:    both("Treaty of the Coast", "Traité de la côte"),
		Preamble: both("The parties have agreed as follows.", "Les parties sont convenues de ce qui suit."),
		Articles: []portsmouth.ArticleFrame{
			{ID: "art-1"},
			{ID: "art-2"},
			{ID: "art-3"},
			{ID: "art-4", Text: both("There shall be peace.", "Il y aura la paix.")},
		},
		Closing: both("Done in two languages.", "Fait en deux langues."),
	}
}

// Package is a whole package of the agenda: legal, and within what most instructions of these tests allow.
func Package() portsmouth.Outcome {
	return portsmouth.Outcome{"coast": "shared", "toll": "20", "islands": "split"}
}

// Rules are the default rules, with a conference that the public knows and a text that is published on signature.
func Rules() conference.Rules {
	r := conference.DefaultRules(Languages)
	r.Publicity = conference.Publicity{Listed: true, Communiques: true, Text: "on-signature"}
	return r
}
