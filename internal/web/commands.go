package web

import (
	"encoding/base64"
	"strconv"
	"strings"

	"portsmouth"
	"portsmouth/conference"
)

// commandFrom reads a command from a form. It only translates: whether the command is right is for the rules to say.
type commandFrom func(f fields, v *conference.View) (conference.Command, error)

// commandsFrom holds, by the command's name, how its form is read.
var commandsFrom = map[string]commandFrom{
	"leave-seat": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.LeaveSeat{Reason: f.prose("reason")}, nil
	},
	"propose-rules": rulesFrom,
	"accept-rules": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.AcceptRules{Version: f.number("version")}, nil
	},
	"present-powers": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.PresentPowers{Text: f.prose("text")}, nil
	},
	"find-powers": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.FindPowers{Party: f.Get("party")}, nil
	},
	"object-to-powers":   objectionFrom,
	"appoint-substitute": substituteFrom,
	"send-instructions":  instructionsFrom,
	"approve-held": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.ApproveHeld{Held: f.Get("held")}, nil
	},
	"send-held": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.SendHeld{Held: f.Get("held"), Own: f.set("own")}, nil
	},
	"drop-held": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.DropHeld{Held: f.Get("held")}, nil
	},
	"propose-agenda": agendaFrom,
	"adopt-agenda": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.AdoptAgenda{Version: f.number("version")}, nil
	},
	"defer-issue": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.DeferIssue{Issue: f.Get("issue"), Reason: f.prose("reason")}, nil
	},
	"reopen-issue": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.ReopenIssue{Issue: f.Get("issue"), Reason: f.prose("reason")}, nil
	},
	"agree-head": headFrom,
	"open-session": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.OpenSession{Place: f.prose("place"), Purpose: f.prose("purpose")}, nil
	},
	"adjourn-session": adjournmentFrom,
	"propose-minutes": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.ProposeMinutes{Session: f.number("session"), Text: f.prose("text")}, nil
	},
	"approve-minutes": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.ApproveMinutes{Minutes: f.Get("minutes")}, nil
	},
	"propose-communique": func(f fields, v *conference.View) (conference.Command, error) {
		notBefore, err := f.deadline("not_before")
		return conference.ProposeCommunique{Text: f.text("text", v.Opened.Languages), NotBefore: notBefore}, err
	},
	"agree-communique": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.AgreeCommunique{Communique: f.Get("communique")}, nil
	},
	"suspend": suspensionFrom,
	"resume": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.Resume{Note: f.prose("note")}, nil
	},
	"break-off": func(f fields, _ *conference.View) (conference.Command, error) {
		if !f.set("sure") {
			return nil, portsmouth.Invalidf("break-off-sure", "tick the box first: this cannot be undone")
		}
		return conference.BreakOff{Reason: f.prose("reason")}, nil
	},
	"speak":             statementFrom,
	"release-statement": releaseFrom,
	"carry-statement": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.CarryStatement{Release: f.Get("release"), Note: f.prose("note")}, nil
	},
	"make-offer": offerFrom,
	"accept-offer": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.AcceptOffer{Offer: f.Get("offer"), Note: f.prose("note")}, nil
	},
	"reject-offer": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.RejectOffer{Offer: f.Get("offer"), Reason: f.prose("reason")}, nil
	},
	"withdraw-offer": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.WithdrawOffer{Offer: f.Get("offer"), Why: f.prose("reason")}, nil
	},
	"put-proposal":    proposalFrom,
	"answer-proposal": answerFrom,
	"withdraw-proposal": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.WithdrawProposal{Proposal: f.Get("proposal"), Reason: f.prose("reason")}, nil
	},
	"propose-correction": correctionFrom,
	"answer-correction":  correctionAnswerFrom,
	"initial-articles":   initialsFrom,
	"sign":               signFrom,
	"attest":             attestFrom,
	"ratify": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.Ratify{Digest: f.Get("digest"), Text: f.prose("text")}, nil
	},
	"notify-ratification": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.NotifyRatification{Party: f.Get("party"), Note: f.prose("note")}, nil
	},
	"exchange-ratifications": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.ExchangeRatifications{Place: f.prose("place")}, nil
	},
	"close-conference": func(f fields, _ *conference.View) (conference.Command, error) {
		return conference.CloseConference{Note: f.prose("note")}, nil
	},
}

// readerOf is how the form of a command is read: here, or where its page is.
func readerOf(verb string) commandFrom {
	for _, readers := range []map[string]commandFrom{commandsFrom, preparationCommands, roundCommands, debriefCommands, commentCommands, notesCommands} {
		if read := readers[verb]; read != nil {
			return read
		}
	}
	return nil
}

// number reads a small whole number; what is none becomes 0, which names nothing.
func (f fields) number(name string) int {
	n, err := strconv.Atoi(f.prose(name))
	if err != nil {
		return 0
	}
	return n
}

// choice reads one of two answers; neither is a mistake of the page, not an answer.
func (f fields) choice(name, yes, no string) (bool, error) {
	switch f.Get(name) {
	case yes:
		return true, nil
	case no:
		return false, nil
	}
	return false, portsmouth.Invalidf("answer-given", "choose one of the two answers")
}

// bytes reads base64 or hexadecimal, as a browser and a command line write a key.
func (f fields) bytes(name string) ([]byte, error) {
	s := strings.Join(strings.Fields(f.Get(name)), "")
	if b, err := base64.StdEncoding.DecodeString(s); err == nil && len(b) > 0 {
		return b, nil
	}
	return nil, portsmouth.Invalidf("signature-form", "the key and the signature are to be given in base64")
}

func objectionFrom(f fields, _ *conference.View) (conference.Command, error) {
	return conference.ObjectToPowers{Party: f.Get("party"), Reason: f.prose("reason")}, nil
}

func substituteFrom(f fields, _ *conference.View) (conference.Command, error) {
	return conference.AppointSubstitute{Person: f.Get("person"), Recall: f.set("recall")}, nil
}

// instructionsFrom reads what may be signed. An issue of which no box, or every box, is ticked is left free.
func instructionsFrom(f fields, v *conference.View) (conference.Command, error) {
	c := conference.SendInstructions{Text: f.prose("text")}
	if v.Agenda == nil {
		return c, nil
	}
	may := map[string][]string{}
	for k := range v.Agenda.Issues {
		i := &v.Agenda.Issues[k]
		allowed, err := f.allowed(i)
		if err != nil {
			return nil, err
		}
		if len(allowed) > 0 && (i.Kind == portsmouth.Numeric || len(allowed) < len(i.Options)) {
			may[i.ID] = allowed
		}
	}
	if len(may) > 0 {
		c.May = may
	}
	return c, nil
}

// mostAllowed bounds the values that the two ends of a range stand for.
const mostAllowed = 10_000

// allowed reads what may be signed on one issue: the options ticked, or the values between two ends.
func (f fields) allowed(i *portsmouth.Issue) ([]string, error) {
	if i.Kind != portsmouth.Numeric {
		return f.Values["may."+i.ID], nil
	}
	from, to := f.prose("from."+i.ID), f.prose("to."+i.ID)
	if from == "" && to == "" {
		return nil, nil
	}
	term := portsmouth.Term{Issue: i.ID}
	for _, end := range []struct {
		given string
		to    *string
	}{{from, &term.From}, {to, &term.To}} {
		if end.given == "" {
			continue
		}
		value, err := decimalOf(end.given)
		if err != nil {
			return nil, err
		}
		*end.to = value
	}
	if i.Number.Steps() > mostAllowed {
		return nil, portsmouth.Invalidf("number-size", "issue %s has more than %d values; write the limit into the text instead", i.ID, mostAllowed)
	}
	var values []string
	for k := range i.Number.Steps() {
		if value := i.Number.At(k); term.Matches(value) {
			values = append(values, value)
		}
	}
	if len(values) == 0 {
		return nil, portsmouth.Invalidf("number-range", "no value of issue %s lies between the two ends", i.ID)
	}
	return values, nil
}

func headFrom(f fields, v *conference.View) (conference.Command, error) {
	issue := f.Get("issue")
	terms, err := f.terms(v.Agenda)
	if err != nil {
		return nil, err
	}
	return conference.AgreeHead{Issue: issue, Option: terms[issue]}, nil
}

func adjournmentFrom(f fields, _ *conference.View) (conference.Command, error) {
	until, err := f.deadline("until")
	return conference.AdjournSession{Until: until, Note: f.prose("note")}, err
}

func suspensionFrom(f fields, _ *conference.View) (conference.Command, error) {
	until, err := f.deadline("until")
	return conference.Suspend{Reason: f.prose("reason"), Until: until}, err
}

func statementFrom(f fields, _ *conference.View) (conference.Command, error) {
	return conference.Speak{Room: f.Get("room"), Party: f.Get("party"), Text: f.prose("text"), ReplyTo: f.Get("reply_to")}, nil
}

func releaseFrom(f fields, _ *conference.View) (conference.Command, error) {
	return conference.ReleaseStatement{Statement: f.Get("statement"), Text: f.prose("part"), Carry: f.set("carry")}, nil
}

func offerFrom(f fields, v *conference.View) (conference.Command, error) {
	all, err := f.terms(v.Agenda)
	if err != nil {
		return nil, err
	}
	valid, err := f.deadline("valid")
	if err != nil {
		return nil, err
	}
	terms, condition := f.split(all)
	return conference.MakeOffer{
		Terms: terms, If: condition, Note: f.prose("note"), Valid: valid, Counter: f.Get("counter"),
		Conditions: f.text("conditions", v.Opened.Languages),
	}, nil
}

func proposalFrom(f fields, v *conference.View) (conference.Command, error) {
	terms, err := f.terms(v.Agenda)
	if err != nil {
		return nil, err
	}
	closes, err := f.deadline("closes")
	return conference.PutProposal{
		Terms: terms, Note: f.prose("note"), Closes: closes, Conditions: f.text("conditions", v.Opened.Languages),
	}, err
}

func answerFrom(f fields, _ *conference.View) (conference.Command, error) {
	accept, err := f.choice("answer", "accept", "refuse")
	return conference.AnswerProposal{Proposal: f.Get("proposal"), Accept: accept}, err
}

func correctionFrom(f fields, v *conference.View) (conference.Command, error) {
	return conference.ProposeCorrection{Article: f.Get("article"), Text: f.text("text", v.Opened.Languages), Why: f.prose("why")}, nil
}

func correctionAnswerFrom(f fields, _ *conference.View) (conference.Command, error) {
	accept, err := f.choice("answer", "accept", "refuse")
	return conference.AnswerCorrection{Correction: f.Get("correction"), Accept: accept}, err
}

// initialsFrom reads the digests that the page carried: what was shown is what is initialled. The button names one
// article, or all of them.
func initialsFrom(f fields, _ *conference.View) (conference.Command, error) {
	articles := map[string]string{}
	for name := range f.Values {
		id, ok := strings.CutPrefix(name, "digest.")
		if only := f.Get("only"); ok && (only == "" || only == id) {
			articles[id] = f.Get(name)
		}
	}
	return conference.InitialArticles{Articles: articles}, nil
}

func signFrom(f fields, _ *conference.View) (conference.Command, error) {
	c := conference.Sign{Digest: f.Get("digest"), Name: f.Get("name"), Capacity: f.Get("capacity")}
	var err error
	c.PublicKey, c.Signature, err = f.keyAndSignature()
	return c, err
}

func attestFrom(f fields, _ *conference.View) (conference.Command, error) {
	c := conference.Attest{Digest: f.Get("digest"), Name: f.Get("name"), Capacity: f.Get("capacity")}
	var err error
	c.PublicKey, c.Signature, err = f.keyAndSignature()
	return c, err
}

func (f fields) keyAndSignature() (key, signature []byte, err error) {
	if key, err = f.bytes("public_key"); err != nil {
		return nil, nil, err
	}
	signature, err = f.bytes("signature")
	return key, signature, err
}
