package treaty_test

import (
	"testing"

	"portsmouth"
	"portsmouth/treaty"
)

func TestConditionsStandInBracketsBeforeTheAnnexes(t *testing.T) {
	plain := sampleDocument(t)
	with, err := plain.WithConditions(portsmouth.Text{"en": "If the ice\r\nholds", "fr": "Si la glace tient"})
	if err != nil {
		t.Fatal(err)
	}
	a := with.Article(treaty.Conditions)
	if a == nil || a.Body["en"] != "[If the ice\nholds]" || a.Body["fr"] != "[Si la glace tient]" {
		t.Fatalf("the article reads %+v", a)
	}
	if len(with.Articles) != len(plain.Articles)+1 || plain.Article(treaty.Conditions) != nil {
		t.Error("the text itself was changed, or more than one article was added")
	}
	annexes := false
	for _, x := range with.Articles {
		if annexes = annexes || x.Annex; annexes && x.ID == treaty.Conditions {
			t.Error("the conditions stand among the annexes")
		}
	}
	again, err := with.WithConditions(portsmouth.Text{"en": "More", "fr": "Encore"})
	if err != nil || again.Article(treaty.Conditions+"-2") == nil {
		t.Errorf("the second article of conditions: %v", err)
	}
	if same, err := plain.WithConditions(nil); err != nil || treaty.DigestOf(same) != treaty.DigestOf(plain) {
		t.Errorf("without conditions the text is another: %v", err)
	}
	if _, err := plain.WithConditions(portsmouth.Text{"en": "Only here"}); portsmouth.RuleOf(err) != "text-languages" {
		t.Errorf("conditions in one of two languages: %v", err)
	}
}
