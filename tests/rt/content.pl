# Queues, fields and the relay's user.
our @Queues = map { { Name => $_, Description => "Nivel $_", Lifecycle => 'incident', SLADisabled => 0 } } qw(L1 L2 L3);

our @Users = ({ Name => 'relay', RealName => 'Relay', EmailAddress => 'relay@mesa.invalid', Privileged => 1 });

sub field {
    my ($name, %more) = @_;
    return { Name => $name, Queue => [qw(L1 L2 L3)], LookupType => 'RT::Queue-RT::Ticket', %more };
}
our @CustomFields = (
    (map { field($_, Type => 'FreeformSingle') } qw(ReportId Fingerprint AppVersion Device Category)),
    (map { field($_, Type => 'SelectSingle', Values => [map { { Name => $_, SortOrder => $_ } } 1 .. 3]) } qw(Impact Urgency)),
);

our @ACL = map { { UserId => 'relay', Right => $_ } } qw(
    SeeQueue CreateTicket ShowTicket ShowTicketComments CommentOnTicket ModifyTicket SeeCustomField ModifyCustomField SetInitialCustomField
    ManageAuthTokens
);
1;
