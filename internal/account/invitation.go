package account

import (
	"context"
	"time"

	"portsmouth"
)

// NewInvitation returns the token of a link into a conference, bound to one role and, where the role has one, to a
// party. Invite names the act that invited, so that a later act can revoke it.
func (s *Service) NewInvitation(
	ctx context.Context, conference, invite, role, party string, lasts time.Duration,
) (string, error) {
	token, hash := newToken()
	return token, s.store.AddInvitation(ctx, Invitation{
		Hash: hash, Conference: conference, Invite: invite, Role: role, Party: party, Expires: s.Now().Add(lasts),
	})
}

// LookInvitation returns the invitation behind a token without using it. One that cannot be used any more comes with an
// error of kind Expired, so that a page can recognise its UsedBy; an unknown one is NotFound.
func (s *Service) LookInvitation(ctx context.Context, token string) (Invitation, error) {
	i, found, err := s.store.Invitation(ctx, hashOf(token))
	if err != nil {
		return Invitation{}, err
	}
	if !found {
		return Invitation{}, &portsmouth.Error{
			Kind: portsmouth.NotFound, Rule: "invitation-known",
			Message: "This invitation is not known here. Check that the link is complete.",
		}
	}
	return i, s.spent(i)
}

// spent says why an invitation cannot be used, nil when it can.
func (s *Service) spent(i Invitation) error {
	refuse := func(message string) error {
		return &portsmouth.Error{Kind: portsmouth.Expired, Rule: "invitation-valid", Message: message}
	}
	switch {
	case i.Revoked:
		return refuse("This invitation has been withdrawn. Ask the person who sent it.")
	case !i.Used.IsZero():
		return refuse("This invitation has been used already. If it was not by you, tell the person who sent it.")
	case !i.Expires.After(s.Now()):
		return refuse("This invitation has expired. Ask the person who sent it for a new one.")
	}
	return nil
}

// UseInvitation uses up an invitation for person. Of two people who come at the same instant one enters and the other
// is told that it has been used. The same person may repeat it, since a request may be sent twice.
func (s *Service) UseInvitation(ctx context.Context, token, person string) (Invitation, error) {
	used, err := s.store.UseInvitation(ctx, hashOf(token), person, s.Now())
	if err != nil {
		return Invitation{}, err
	}
	i, err := s.LookInvitation(ctx, token)
	if used || (portsmouth.KindOf(err) == portsmouth.Expired && i.UsedBy == person && person != "") {
		return i, nil
	}
	return i, err
}

// RevokeInvitation ends the invitations that an act of a conference made, as far as they are unused.
func (s *Service) RevokeInvitation(ctx context.Context, conference, invite string) error {
	return s.store.RevokeInvitation(ctx, conference, invite, s.Now())
}
