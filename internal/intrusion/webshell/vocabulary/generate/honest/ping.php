<?php
if (filter_var($_POST['host'], FILTER_VALIDATE_IP)) {
    passthru('ping -c 3 ' . escapeshellarg($_POST['host']));
} else {
    echo 'Please enter an address.';
}
