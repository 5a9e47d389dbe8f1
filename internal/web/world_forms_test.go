package web

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"

	"portsmouth/conference"
	"portsmouth/record"
)

// formOfWants fills in what the forms of preparation, rounds and the desk have beyond those of others.
func (c *chances) formOfWants(f url.Values, verb, person string) {
	v := c.whole()
	party, _, _ := strings.Cut(person, "-")
	if len(v.Rounds) > 0 {
		f.Set("round", oneOf(c, v.Rounds).Round)
	}
	switch verb {
	case "preparation/state":
		f.Set("basis", basisOf(c.scene.See(person)))
	case "confirm-preferences", "allow-preferences", "enter-round":
		f.Set("version", strconv.Itoa(v.StatedCount[party]))
		if verb == "enter-round" {
			f.Set("basis", c.scene.See(person).Basis())
		}
	case "answer-comment":
		f.Set("answer", oneOf(c, conference.CommentAnswers))
		if len(v.Comments) > 0 {
			f.Set("comment", oneOf(c, v.Comments).Comment)
		}
	case "round", "open-entry":
		f.Set("room", oneOf(c, []string{"plenary", "caucus"}))
	}
	f.Set("number", oneOf(c, worldTolls))
	f.Set("verifier", worldWitness(person))
	f["option"] = []string{oneOf(c, worldCoasts), oneOf(c, worldIslands)}
	f.Set("package", strconv.Itoa(c.IntN(2)))
	f.Set("type", oneOf(c, []string{"suggestion", "improvement", "direction", "number", "options", "package"}))
	f.Set("giver", c.head())
	f.Set("settlement", "midpoint")
	f.Set("gain", "1")
	if strings.HasSuffix(verb, "round") && f.Get("type") == "number" {
		f.Set("issue", "toll")
	}
}

// basisOf names the answers that a delegation has given, as the page of what it wants does.
func basisOf(v *conference.View) string {
	digest := sha256.New()
	for _, a := range v.Answers {
		digest.Write([]byte(a.Answer + "\n"))
	}
	return hex.EncodeToString(digest.Sum(nil)[:8])
}

// worldWitness is the key of a witness of a person's own.
func worldWitness(person string) string {
	seed := sha256.Sum256([]byte("witness of " + person))
	w, err := record.NewWitness(person+".example/witness", ed25519.NewKeyFromSeed(seed[:]))
	if err != nil {
		return ""
	}
	return w.Verifier()
}
