<?php
// status page of the wall display
$q = htmlspecialchars($_GET['q']);
system('uptime');
echo $q;
