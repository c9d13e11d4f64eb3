# Request Tracker's own clock for service levels: reads {"zone", "days": {"0": ["9:00", "17:00"]…}, "holidays": [date…], "levels": {name: minutes…},
# "cases": [[second, level]…]} and writes the due time of each, in seconds since 1970.
use strict;
use warnings;
use JSON ();
use RT::SLA;

my $asked = JSON::decode_json(do { local $/; <STDIN> });
my %hours = map {
    my $day = $asked->{days}{$_};
    ($_ => { Name => "day $_", Start => $day->[0], End => $day->[1] })
} 0 .. 6;
$hours{holidays} = $asked->{holidays};
RT->Config->Set(ServiceBusinessHours => (Default => \%hours));
RT->Config->Set(ServiceAgreements => (
    Levels => { map { ($_ => { Timezone => $asked->{zone}, Resolve => { BusinessMinutes => $asked->{levels}{$_} } }) } keys %{ $asked->{levels} } },
));

my @due = map { RT::SLA->Due(Level => $_->[1], Type => 'Resolve', Time => $_->[0]) } @{ $asked->{cases} };
print JSON::encode_json(\@due);
