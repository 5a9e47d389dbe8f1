package treaty_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portsmouth"
	"portsmouth/treaty"
)

// The sample of these tests: a small peace in two languages, with every kind of issue.

var update = flag.Bool("update", false, "rewrite the files in testdata")

func both(en, fr string) portsmouth.Text { return portsmouth.Text{"en": en, "fr": fr} }

func clause(article, en, fr string) []portsmouth.Clause {
	return []portsmouth.Clause{{Article: article, Text: both(en, fr)}}
}

func sampleAgenda() *portsmouth.Agenda {
	return &portsmouth.Agenda{
		Languages: []string{"en", "fr"},
		Regions:   []portsmouth.Region{{ID: "south", Name: both("the south", "le sud")}},
		Issues: []portsmouth.Issue{
			{
				ID: "island", Title: both("The island", "L’île"), Kind: portsmouth.Territory,
				Options: []portsmouth.Option{
					{ID: "whole", Label: both("as it was", "comme avant")},
					{
						ID: "split", Label: both("divided at 50° N", "partagée au 50° N"), Regions: map[string]string{"south": "japan"},
						Clauses: clause("art-territory", "The southern portion of the island, up to the fiftieth degree of north latitude, is ceded in perpetuity and full sovereignty.", "La partie méridionale de l’île, jusqu’au cinquantième degré de latitude nord, est cédée à perpétuité et en pleine souveraineté."),
					},
				},
			},
			{
				ID: "payment", Title: both("Payment", "Paiement"), Kind: portsmouth.Numeric,
				Number: &portsmouth.Number{
					Unit: both("million yen", "millions de yens"), Min: "0", Max: "1500", Step: "50", None: true,
					Clauses: clause("art-money", "The sum of {value} million yen is paid within a year.", "La somme de {value} millions de yens est versée dans l’année."),
				},
			},
			{
				ID: "straits", Title: both("The straits", "Les détroits"), Kind: portsmouth.Discrete,
				Options: []portsmouth.Option{
					{ID: "open", Label: both("left free", "laissés libres"), Clauses: append(
						clause("art-territory", "No measure is taken which may impede free navigation of the straits.", "Aucune mesure n’est prise qui puisse entraver la libre navigation des détroits."),
						clause("annex-limits", "A commission marks the limit on the spot.", "Une commission fixe la limite sur les lieux.")...)},
					{ID: "silent", Label: both("not mentioned", "passés sous silence")},
				},
			},
		},
		Frame: portsmouth.Frame{
			Title:    both("Treaty of Peace", "Traité de paix"),
			Preamble: both("Animated by the desire to restore the blessings of peace, the Parties have concluded the following Articles:", "Animées du désir de rétablir les bienfaits de la paix, les Parties ont conclu les articles suivants :"),
			Articles: []portsmouth.ArticleFrame{
				{ID: "art-peace", Title: both("Peace", "Paix"), Text: both("There shall henceforth be peace and amity between the Parties.", "Il y aura à l’avenir paix et amitié entre les Parties.")},
				{ID: "art-territory", Title: both("Territory", "Territoire"), After: both("The Parties engage to construct no fortifications there.", "Les Parties s’engagent à n’y construire aucune fortification.")},
				{ID: "art-money", Title: both("Payment", "Paiement")},
				{ID: "art-languages", Text: both("In case of discrepancy the French text shall prevail.", "En cas de divergence le texte français fera foi.")},
				{ID: "annex-limits", Annex: true, Title: both("Limits", "Limites")},
			},
			Closing: both("In witness whereof the Plenipotentiaries have signed.", "En foi de quoi les plénipotentiaires ont signé."),
		},
	}
}

func sampleOutcome() portsmouth.Outcome {
	return portsmouth.Outcome{"island": "split", "payment": "1200", "straits": "open"}
}

func sampleDocument(t testing.TB) treaty.Document {
	t.Helper()
	d, err := treaty.Assemble(sampleAgenda(), sampleOutcome(), []string{"en", "fr"}, "fr")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// key is a key for tests: its seed is the SHA-256 of its name.
func key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func signedBy(party, name, capacity string, hour int, d treaty.Digest) treaty.Signature {
	as := treaty.Signature{Party: party, Name: name, Capacity: capacity, At: time.Date(1905, 9, 5, hour, 47, 0, 0, time.UTC)}
	return treaty.Sign(key(name), "conf-1905", as, d)
}

func sampleBundle(t testing.TB) treaty.Bundle {
	t.Helper()
	doc := sampleDocument(t)
	d := treaty.DigestOf(doc)
	attestation := signedBy(treaty.Attestor, "T. Roosevelt", "Mediator", 16, d)
	return treaty.Bundle{
		Conference: "conf-1905",
		Title:      both("Portsmouth <rehearsal> & \"trial\"", "Portsmouth, répétition"),
		Document:   doc,
		Parties:    []treaty.BundleParty{{ID: "japan", Name: both("Japan", "Japon")}, {ID: "russia", Name: both("Russia", "Russie")}},
		Signatures: []treaty.Signature{
			signedBy("russia", "S. Witte", "President of the Committee of Ministers", 15, d),
			signedBy("japan", "Komura Jutarō", "", 15, d),
		},
		Attestation: &attestation,
		Ratifications: []treaty.Ratification{
			{Party: "japan", At: time.Date(1905, 10, 14, 9, 0, 0, 0, time.FixedZone("Tokyo", 9*3600)), By: "The Emperor", Text: "Seen and approved.\nDone at Tokyo."},
			{Party: "russia", At: time.Date(1905, 10, 14, 12, 30, 0, 0, time.UTC), By: "The Emperor of all the Russias"},
		},
		InForce: time.Date(1905, 10, 16, 0, 0, 0, 0, time.UTC),
	}
}

// golden compares with a file in testdata, or rewrites it under -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (run with -update to accept):\n%s", path, d)
	}
}

func rule(t *testing.T, err error, want string) {
	t.Helper()
	if got := portsmouth.RuleOf(err); err == nil || got != want {
		t.Errorf("want an error of rule %q, got %v", want, err)
	}
}
