<?php
require 'vendor/autoload.php';
$m = new Mailer(getenv('SMTP_HOST'));
$m->to($_POST['email'])->subject('Order ' . (int) $_POST['order'])->send(render('mail/order', $_POST));
