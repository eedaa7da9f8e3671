<?php
$action = 'action_' . preg_replace('/[^a-z]/', '', $_REQUEST['do']);
$c = new Controller();
if (method_exists($c, $action)) { call_user_func([$c, $action], $_REQUEST); }
